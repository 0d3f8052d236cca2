// How the gateway is reached and by whom: address, accounts, keys, secrets, hosts, origins.

import { define } from "../definition.ts";
import {
  flag,
  hostName,
  hostNames,
  origins,
  secret,
  text,
  url,
  whole,
  networks,
} from "../values.ts";

const largestConnections = 100_000;
const maxSignInDays = 365;
const largestPort = 65_535;

/** The definitions of these settings, in the order people read them. */
export const accessSettings = {
  PORT: define(
    whole(0, largestPort, 5100),
    "Port to listen on; 0 takes a free one.",
    "监听端口；0 表示任选一个空闲端口。",
  ),
  HOST: define(
    hostName,
    "Address to listen on; anything but loopback needs JIMENG_API_KEYS, JIMENG_REQUIRE_KEY or JIMENG_PASSTHROUGH.",
    "监听地址；除回环地址外，都要同时设置 JIMENG_API_KEYS、JIMENG_REQUIRE_KEY 或 JIMENG_PASSTHROUGH。",
  ),
  JIMENG_DATA_DIR: define(
    text,
    "Folder of the database, the stored files and gateway.json.",
    "数据目录：数据库、已保存的文件和 gateway.json 都在这里。",
    { shownDefault: { en: "the platform's data folder", zh: "系统的用户数据目录" } },
  ),
  JIMENG_SESSIONS: define(
    text,
    "Own accounts, comma separated: [name=][us-|hk-|jp-|sg-]session.",
    "自己的账号，逗号分隔：[名称=][us-|hk-|jp-|sg-]sessionid。",
  ),
  JIMENG_SESSIONS_FILE: define(
    text,
    "The same from a file, one a line, # begins a comment (safer than the environment).",
    "同上，但写在文件里，每行一个，# 开头为注释（比环境变量安全）。",
  ),
  JIMENG_API_KEYS: define(
    text,
    "Keys that callers must present, comma separated: [name=]key; at least 20 characters where HOST is not loopback.",
    "调用方必须出示的密钥，逗号分隔：[名称=]密钥；HOST 不是回环地址时，每个密钥至少 20 个字符。",
    { mayBeFile: true },
  ),
  JIMENG_REQUIRE_KEY: define(
    flag,
    "Lets nobody call without a key, also while none was made with jimeng keys create.",
    "不带密钥一律拒绝，即使还没有用 jimeng keys create 创建过密钥。",
  ),
  JIMENG_PASSTHROUGH: define(
    flag,
    "Takes the caller's bearer as the caller's own upstream session.",
    "透传模式：把调用方的 Bearer 当作其自己的上游 session。",
  ),
  JIMENG_SIMULATE: define(
    flag,
    "Uses the built-in simulator although accounts are configured.",
    "即使配置了账号，也使用内置模拟器。",
  ),
  JIMENG_SECRET_KEY: define(
    secret,
    "Secret for encryption at rest and signed file URLs, 16 characters or more.",
    "用于落盘加密和文件链接签名的密钥，至少 16 个字符。",
    {
      shownDefault: { en: "generated in the data folder", zh: "在数据目录中自动生成" },
      mayBeFile: true,
    },
  ),
  JIMENG_PREVIOUS_SECRET_KEY: define(
    secret,
    "The secret that was in force before JIMENG_SECRET_KEY, while jimeng secret rotate has not encrypted everything anew; it only opens what is stored.",
    "更换前的 JIMENG_SECRET_KEY，在 jimeng secret rotate 完成之前保留；只用于解密已保存的数据。",
    { shownDefault: { en: "none", zh: "无" }, mayBeFile: true },
  ),
  JIMENG_ALLOWED_HOSTS: define(
    hostNames,
    "Further names that the Host header may carry, comma separated.",
    "Host 请求头还可以是哪些名字，逗号分隔。",
  ),
  JIMENG_ALLOWED_ORIGINS: define(
    origins,
    "Web origins that may call from a browser, comma separated.",
    "允许从浏览器调用的网页来源（Origin），逗号分隔。",
  ),
  JIMENG_PUBLIC_URL: define(
    url,
    "Base of the URLs in answers, where a proxy stands in front.",
    "前面有反向代理时，响应中各链接的前缀。",
    { shownDefault: { en: "from the request's Host", zh: "取自请求的 Host" } },
  ),
  JIMENG_TRUSTED_PROXIES: define(
    networks,
    "Proxies whose X-Forwarded-For is believed, comma separated: addresses or networks such as 10.0.0.0/8. Without it all clients of a proxy count as one address.",
    "信任其 X-Forwarded-For 的反向代理，逗号分隔：地址或 10.0.0.0/8 这样的网段。不设置时，同一代理后面的客户端都算同一个地址。",
  ),
  JIMENG_MAX_CONNECTIONS_PER_ADDRESS: define(
    whole(0, largestConnections, 1000),
    "Connections that one address may hold open; 0 for no bound. This machine and trusted proxies are not counted.",
    "单个地址可同时保持的连接数，0 表示不限；本机和受信任的代理不计。",
  ),
  JIMENG_MAX_STREAMS_PER_KEY: define(
    whole(0, largestConnections, 1000),
    "Event streams that one key may hold open on a node; 0 for no bound. This machine's user has none.",
    "单个密钥在一个节点上可同时打开的事件流数，0 表示不限；本机用户不受限制。",
  ),
  JIMENG_SIGN_IN_DAYS: define(
    whole(1, maxSignInDays, 30),
    "Days for which a browser stays signed in with a key.",
    "浏览器用密钥登录后保持登录的天数。",
  ),
} as const;
