// The one table of settings: name, values, default and description of every environment variable. The configuration,
// the README's tables and .env.example are derived from it.

import { defaultMaxPromptLength, defaultVersions, regions } from "@jimeng/sdk";
import type { Region } from "@jimeng/sdk";
import * as z from "zod";

import { define } from "./definition.ts";
import type { Definition, Words } from "./definition.ts";
import {
  choice,
  flag,
  hostName,
  hostNames,
  optionalWhole,
  origins,
  secret,
  text,
  textOr,
  url,
  visibleText,
  whole,
} from "./values.ts";

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
const day = 86_400;
const largestPort = 65_535;
const largestDrain = 3600;

/** The settings whose names are fixed, in the order people read them. */
const definitions = {
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
    "Keys that callers must present, comma separated: [name=]key; at least 12 characters where HOST is not loopback.",
    "调用方必须出示的密钥，逗号分隔：[名称=]密钥；HOST 不是回环地址时，每个密钥至少 12 个字符。",
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
  JIMENG_URL_TTL_SECONDS: define(
    optionalWhole(1, 365 * day),
    "How long the signed addresses of files in answers work, in seconds. A request may ask for less (url_ttl_seconds).",
    "响应中带签名的文件链接的有效时间（秒）。单个请求可用 url_ttl_seconds 要求更短的时间。",
    {
      shownDefault: {
        en: "as long as the file and the key",
        zh: "文件和密钥有效期间一直有效",
      },
    },
  ),
  JIMENG_RESPONSE_FORMAT: define(
    textOr("auto"),
    "What pictures are answered as where a request names no response_format: url, b64_json, or auto (by the client); for single keys by their names: auto,cherry=b64_json.",
    "请求没有写 response_format 时图片的返回方式：url、b64_json 或 auto（按客户端决定）；也可按密钥名分别设置：auto,cherry=b64_json。",
  ),
  JIMENG_LIST_MODEL_VARIANTS: define(
    flag,
    "Lists each model of GET /v1/models also with its ratios and resolutions behind the name (jimeng-4.0:16x9, jimeng-4.0@4k), for chat clients that only know a list. The names work without it.",
    "GET /v1/models 同时列出带比例或分辨率后缀的模型名（jimeng-4.0:16x9、jimeng-4.0@4k），供只能从列表中选择模型的聊天客户端使用。不开启时这些名称同样可用。",
  ),
  JIMENG_MAX_PROMPT_LENGTH: define(
    optionalWhole(1, 100_000),
    "Longest prompt in characters; a model's own limit holds where it is lower.",
    "提示词的最大字符数；模型自己的上限更小时以模型为准。",
    {
      shownDefault: {
        en: `the model's own, else ${defaultMaxPromptLength}`,
        zh: `模型自己的上限，未知时为 ${defaultMaxPromptLength}`,
      },
    },
  ),
  JIMENG_MAX_REFERENCES: define(
    whole(1, 1000, 64),
    "Most references of one request (each model takes fewer; see GET /v1/models).",
    "一次请求最多可带的素材数（各模型的上限更小，见 GET /v1/models）。",
  ),
  JIMENG_MAX_REFERENCE_MEGAPIXELS: define(
    whole(1, 10_000, 100),
    "Largest reference picture or frame of a video in million pixels.",
    "参考图或视频画面的最大像素数（百万像素）。",
  ),
  JIMENG_MAX_REFERENCE_SECONDS: define(
    whole(1, 86_400, 600),
    "Longest reference video or sound in seconds.",
    "参考视频或音频的最长时长（秒）。",
  ),
  JIMENG_MAX_IMAGE_UPLOAD_MB: define(
    whole(1, 1024, 30),
    "Largest reference picture in MB. All references of one request may have ten pictures or three videos together, whichever is more.",
    "参考图的最大体积（MB）。一次请求的全部素材合计不超过十张图片或三段视频的上限，取较大者。",
  ),
  JIMENG_MAX_VIDEO_UPLOAD_MB: define(
    whole(1, 1024, 200),
    "Largest reference video in MB; those above 5 MB go upstream in parts.",
    "参考视频的最大体积（MB）；超过 5 MB 的视频分片上传。",
  ),
  JIMENG_MAX_AUDIO_UPLOAD_MB: define(
    whole(1, 1024, 15),
    "Largest reference sound in MB.",
    "参考音频的最大体积（MB）。",
  ),
  JIMENG_ALLOW_PRIVATE_REFERENCES: define(
    flag,
    "Lets reference URLs lead to this machine and its private networks (any caller can then read from there).",
    "允许参考素材的 URL 指向本机和内网（此后任何调用方都能读取那里的内容）。",
  ),
  JIMENG_ALLOW_PRIVATE_WEBHOOKS: define(
    flag,
    "Lets webhooks go to this machine and its private networks, also by http (any caller who may start jobs can then have them sent there).",
    "允许 webhook 发往本机和内网，也可用 http（此后任何可以提交任务的调用方都能让网关向那里发送）。",
  ),
  JIMENG_REFERENCE_PROXY: define(
    url,
    "HTTP proxy for the reference URLs of callers; their addresses are resolved and judged here before. HTTPS_PROXY and NO_PROXY do not count for them.",
    "访问调用方提供的参考素材 URL 时使用的 HTTP 代理；地址仍先在本机解析并检查。HTTPS_PROXY 和 NO_PROXY 对它们不起作用。",
  ),
  JIMENG_PREFLIGHT: define(
    choice(["off", "auto", "always"], "auto"),
    "off, auto or always: whether the site's free check sees references before a start is paid; auto asks about omni references, always about all references and on cn about each picture as well. Only an explicit refusal stops a start.",
    "off、auto 或 always：付费前是否先用站点的免费审核检查素材；auto 只检查全能参考的素材，always 检查所有素材，cn 还会逐张检查图片。只有明确拒绝才会中止提交。",
  ),
  JIMENG_ON_DOUBT: define(
    choice(["resubmit", "park"], "resubmit"),
    "resubmit or park: what becomes of a start whose outcome cannot be learned.",
    "resubmit 或 park：提交结果无法查明时，是重新提交还是搁置。",
  ),
  JIMENG_SETTLE_SECONDS: define(
    whole(1, day, 60),
    "How long an uncertain start is looked up before it may be posted again.",
    "提交结果不明时，先查询多少秒，之后才可能再次提交。",
  ),
  JIMENG_MAX_CREDITS_PER_JOB: define(
    optionalWhole(0, 1_000_000),
    "Most credits that one job may be expected to cost; a dearer one, or one of unknown price, is refused (402).",
    "单个任务预计最多可花的积分；更贵的、或价格未知的任务会被拒绝（402）。",
    { shownDefault: { en: "none", zh: "不限" } },
  ),
  JIMENG_HEARTBEAT_SECONDS: define(
    optionalWhole(1, 3600),
    "Seconds between blanks that are written before the JSON of a waiting answer, for proxies that cut silent connections; a failure then closes the connection.",
    "等待中的 JSON 应答每隔多少秒先写一个空格，用于会切断静默连接的代理；此后若失败，则直接断开连接。",
    { shownDefault: { en: "off", zh: "关闭" } },
  ),
  JIMENG_MODEL_ALIASES: define(
    textOr(""),
    "Names for models, for clients that know a closed list: gpt-image-1=jimeng-5.0,sora-2=jimeng-video-3.0. They are listed beside the models.",
    "模型别名，供只认固定模型名的客户端使用：gpt-image-1=jimeng-5.0,sora-2=jimeng-video-3.0。别名会与模型一起列出。",
    { shownDefault: { en: "none", zh: "无" } },
  ),
  JIMENG_MAX_QUEUE: define(
    whole(1, 10_000_000, 10_000),
    "How many jobs may wait for their start; more are answered 503 with Retry-After.",
    "最多允许多少个任务排队等待提交；超出时返回 503 和 Retry-After。",
  ),
  JIMENG_STARTS_PER_MINUTE: define(
    optionalWhole(1, 6000),
    "How many paid starts each account makes a minute, evenly spread and counted over all nodes; more wait in the queue.",
    "每个账号每分钟最多提交多少次付费生成，均匀间隔，所有节点合计；超出的在队列中等待。",
    { shownDefault: { en: "no limit", zh: "不限" } },
  ),
  JIMENG_CONCURRENT_STARTS: define(
    whole(1, 20, 3),
    "How many paid starts are sent at one moment per account and node; it says nothing of how many generations run.",
    "每个账号在每个节点上最多同时发送几个付费提交；与同时进行的生成数量无关。",
  ),
  JIMENG_EVENT_HOURS: define(
    whole(1, 720, 24),
    "How many hours events are kept for readers that come back to GET /v1/events.",
    "事件保留多少小时，供断线重连的 GET /v1/events 读取方补读。",
  ),
  JIMENG_MAX_EVENTS: define(
    whole(1000, 100_000_000, 500_000),
    "How many events are kept at most, however young they are.",
    "最多保留多少条事件，超出时最早的先删除。",
  ),
  JIMENG_AUDIT_DAYS: define(
    whole(0, 3650, 90),
    "How many days the audit log (GET /v1/audit) keeps who did what with which key; 0 keeps none.",
    "审计日志（GET /v1/audit）保留多少天，记录谁用哪个密钥做了什么；0 表示不记录。",
  ),
  JIMENG_MIN_FREE_MB: define(
    whole(0, 10_000_000, 200),
    "Free space in MB that the disk of the data folder must have; below it no job is taken or started (503 with the reason), and what runs is saved when there is room. 0 for no floor.",
    "数据目录所在磁盘至少要有多少可用空间（MB）；低于此值时不再接受或提交任务（返回 503 并说明原因），已在生成的任务等有空间后再保存。0 表示不限制。",
  ),
  JIMENG_CONVERSION_CACHE_MB: define(
    whole(1, 10_000_000, 512),
    "Room in MB for converted and resized pictures in the data folder; those not asked for longest are removed, and made again when they are asked for.",
    "数据目录中为转换、缩放后的图片保留多少空间（MB）；超出时先删最久未用的，再次请求时重新生成。",
  ),
  JIMENG_RETENTION_DAYS: define(
    optionalWhole(1, 36_500),
    "Moves results that are older than so many days into the trash, which deletes them 30 days later; starred ones stay.",
    "超过多少天的结果移入回收站，30 天后彻底删除；加了星标的始终保留。",
    { shownDefault: { en: "off", zh: "关闭" } },
  ),
  JIMENG_RETENTION_GB: define(
    optionalWhole(1, 1_000_000),
    "Deletes the oldest results while all of them together are larger than so many GB (2^30 bytes): what is in the trash first, then those that are not starred, without the trash.",
    "全部结果超过多少 GB（2^30 字节）时，从最旧的开始彻底删除：先删回收站里的，再删没有星标的（不经过回收站）。",
    { shownDefault: { en: "off", zh: "关闭" } },
  ),
  JIMENG_VIDEO_DEADLINE_SECONDS: define(
    whole(1, 30 * day, day),
    "When a video that does not finish is given up.",
    "视频超过多少秒仍未完成就放弃。",
  ),
  POLL_INTERVAL: define(
    whole(100, 600_000, 1000),
    "Shortest time between two polls, in ms.",
    "两次轮询之间的最短间隔（毫秒）。",
  ),
  MAX_POLL_COUNT: define(
    whole(1, 1_000_000, 900),
    "Times POLL_INTERVAL: when an image that does not finish is given up.",
    "乘以 POLL_INTERVAL，即图片超过多久仍未完成就放弃。",
  ),
  MAX_RETRY_COUNT: define(
    whole(0, 100, 3),
    "How often a failed step is tried again.",
    "失败的步骤最多重试几次。",
  ),
  RETRY_DELAY: define(
    whole(0, 600_000, 5000),
    "Upper bound of the first wait before a retry in ms, doubling up to 60 s.",
    "首次重试前等待时间的上限（毫秒），之后逐次加倍，最多 60 秒。",
  ),
  LOG_LEVEL: define(
    choice(logLevels, "info"),
    "fatal, error, warn, info, debug, trace or silent.",
    "日志级别：fatal、error、warn、info、debug、trace 或 silent。",
  ),
  JIMENG_METRICS_PORT: define(
    optionalWhole(0, largestPort),
    "Port on which HOST serves /metrics without a key, for Prometheus; 0 takes a free one. Without it the main port serves /metrics to the owner, and counting begins with the first scrape.",
    "在 HOST 上以该端口提供无需密钥的 /metrics，供 Prometheus 抓取；0 表示任选一个空闲端口。不设置时，主端口只向所有者提供 /metrics，并从第一次抓取起开始计数。",
    { shownDefault: { en: "none", zh: "无" } },
  ),
  JIMENG_DRAIN_SECONDS: define(
    whole(0, largestDrain, 20),
    "At SIGTERM: how long callers who wait for pictures are waited for, in seconds; jobs go on meanwhile. Whoever stops the gateway must wait longer than that. 0 ends their requests at once.",
    "收到 SIGTERM 后最多等待多少秒，让正在等图的调用方拿到结果；期间任务继续。停止网关的一方（容器、systemd 等）要等得更久。0 表示立即结束这些请求。",
  ),
  JIMENG_STOP_DELAY_SECONDS: define(
    whole(0, largestDrain, 0),
    "At SIGTERM: how long /readyz already answers 503 before no connection is accepted any more, in seconds; for load balancers that ask for it.",
    "收到 SIGTERM 后，/readyz 先返回 503、隔多少秒才不再接受新连接；供会查询它的负载均衡器使用。",
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: define(
    url,
    "Address of an OpenTelemetry collector that takes OTLP over HTTP as JSON, such as http://127.0.0.1:4318: traces are sent to it.",
    "接收 OTLP（HTTP，JSON 编码）的 OpenTelemetry 采集器地址，例如 http://127.0.0.1:4318；设置后向它发送链路追踪数据。",
    {
      shownDefault: { en: "none: nothing is traced or loaded", zh: "无：不追踪，也不加载相关模块" },
    },
  ),
  JIMENG_USER_AGENT: define(visibleText, "User-Agent sent upstream.", "发往上游的 User-Agent。", {
    shownDefault: { en: "the sdk's own name", zh: "SDK 自己的名字" },
  }),
  PLATFORM_CODE: define(
    textOr(defaultVersions.platformCode),
    "Platform code sent upstream.",
    "发往上游的平台代码。",
  ),
  VERSION_CODE: define(
    textOr(defaultVersions.appVersion),
    "Site version sent upstream (the site answers 3018 to the older 1.0.0).",
    "发往上游的站点版本（旧版本 1.0.0 会被上游以 3018 拒绝）。",
  ),
  WEB_VERSION: define(
    textOr(defaultVersions.webVersion),
    "Web version sent upstream.",
    "发往上游的网页版本。",
  ),
  DA_VERSION: define(
    textOr(defaultVersions.draftVersion),
    "Draft version sent upstream (the site answers 3018 to the older 3.3.2).",
    "发往上游的草稿版本（旧版本 3.3.2 会被上游以 3018 拒绝）。",
  ),
  AIGC_FEATURES: define(
    textOr(defaultVersions.aigcFeatures),
    "Feature list sent upstream.",
    "发往上游的功能列表。",
  ),
  HTTPS_PROXY: define(
    url,
    "Proxy for calls to the upstream and downloads of results (not for reference URLs).",
    "访问上游和下载结果时使用的代理（不用于参考素材的 URL）。",
  ),
  NO_PROXY: define(text, "Hosts that are called without the proxy.", "不经代理直接访问的主机。"),
  DATABASE_URL: define(
    text,
    "PostgreSQL 15 or newer, shared by any number of nodes: postgres://user:password@host:5432/database (needs JIMENG_SECRET_KEY).",
    "PostgreSQL 15 或更高版本，可供任意多个节点共用：postgres://用户:密码@主机:5432/数据库（须同时设置 JIMENG_SECRET_KEY）。",
    {
      shownDefault: { en: "SQLite in the data folder", zh: "数据目录中的 SQLite" },
      mayBeFile: true,
    },
  ),
  ASSETS_URL: define(
    text,
    "Where files are kept, for several nodes: s3://bucket/prefix?region=…&endpoint=https://…&path_style=true (credentials as for every AWS program), or file:///shared/folder.",
    "多节点时文件存放在哪里：s3://桶/前缀?region=…&endpoint=https://…&path_style=true（凭证与其他 AWS 程序相同），或 file:///共享目录。",
    { shownDefault: { en: "the data folder", zh: "数据目录" } },
  ),
} as const;

/** Checks the settings whose names are fixed; the URLs and app ids of the upstream are read by upstream.ts. */
export const environmentSchema = z.object(
  Object.fromEntries(Object.entries(definitions).map(([name, { schema }]) => [name, schema])) as {
    [Name in keyof typeof definitions]: (typeof definitions)[Name]["schema"];
  },
);

/** The settings that may also stand in a file of their own. */
export const fileSettings: ReadonlySet<string> = new Set(
  Object.entries<Definition>(definitions)
    .filter(([, { mayBeFile }]) => mayBeFile)
    .map(([name]) => name),
);

/** The groups of regions that share their hosts' settings, with a region whose defaults they show. */
export const upstreamClusters = [
  { name: "CN", region: "cn", sites: { en: "即梦 (cn)", zh: "即梦（cn）" } },
  { name: "US", region: "us", sites: { en: "Dreamina us", zh: "Dreamina us" } },
  { name: "SG", region: "sg", sites: { en: "Dreamina hk, jp and sg", zh: "Dreamina hk、jp、sg" } },
] as const satisfies readonly { name: string; region: Region; sites: Words }[];

/** The kinds of hosts that have a setting of their own, by the name of the sdk's option. */
export const upstreamHosts = {
  commerce: { name: "COMMERCE", what: { en: "credits", zh: "积分接口" } },
  passport: { name: "PASSPORT", what: { en: "account information", zh: "账号信息接口" } },
  imagex: { name: "IMAGEX", what: { en: "image uploads", zh: "图片上传" } },
  vod: { name: "VOD", what: { en: "video and audio uploads", zh: "视频和音频上传" } },
} as const;

/** A setting as people read it. */
export interface Setting {
  name: string;
  /** Empty when there is none. */
  default: Words;
  description: Words;
}

const none: Words = { en: "", zh: "" };

function describe(name: string, definition: Definition): Setting[] {
  const setting: Setting = {
    name,
    default: definition.shownDefault ?? toShown(definition.schema.parse(undefined)),
    description: definition.description,
  };
  if (definition.mayBeFile !== true) return [setting];
  const description = { en: `A file that holds ${name}.`, zh: `存放 ${name} 的文件。` };
  return [setting, { name: `${name}_FILE`, default: none, description }];
}

function toShown(value: unknown): Words {
  const isNumber = typeof value === "number" || typeof value === "boolean";
  const shown = typeof value === "string" ? value : isNumber ? `${value}` : "";
  return { en: shown, zh: shown };
}

function describeCluster({ name, region, sites }: (typeof upstreamClusters)[number]): Setting[] {
  const own: Words = { en: "the site's own", zh: "站点自己的" };
  const { hosts, aid } = regions[region];
  return [
    {
      name: `JIMENG_${name}_BASE_URL`,
      default: { en: hosts.mweb, zh: hosts.mweb },
      description: {
        en: `Base URL of ${sites.en}: https, or http on loopback; a loopback address also becomes the default of this site's other URLs.`,
        zh: `${sites.zh} 的基础 URL：https，或回环地址上的 http；设为回环地址时，该站点的其他 URL 也默认用它。`,
      },
    },
    ...Object.values(upstreamHosts).map(({ name: kind, what }) => ({
      name: `JIMENG_${name}_${kind}_URL`,
      default: own,
      description: {
        en: `Base URL for ${what.en} of ${sites.en}.`,
        zh: `${sites.zh} ${what.zh}的基础 URL。`,
      },
    })),
    {
      name: `JIMENG_${name}_AID`,
      default: toShown(aid),
      description: { en: `App id sent to ${sites.en}.`, zh: `发往 ${sites.zh} 的应用 id。` },
    },
  ];
}

/** Every setting, in the order people read them. */
export const settings: readonly Setting[] = [
  ...Object.entries<Definition>(definitions).flatMap(([name, definition]) =>
    describe(name, definition),
  ),
  ...["BASE_URL", "AID"].map((suffix) => ({
    name: `JIMENG_${suffix}`,
    default: none,
    description: { en: `The same as JIMENG_CN_${suffix}.`, zh: `等同于 JIMENG_CN_${suffix}。` },
  })),
  ...upstreamClusters.flatMap(describeCluster),
];
