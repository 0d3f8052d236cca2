// What requests may ask for and what they get: links, shapes, references, prices, models.

import { defaultMaxPromptLength } from "@jimeng/sdk";

import { define } from "../definition.ts";
import { choice, flag, optionalWhole, textOr, url, whole } from "../values.ts";

const day = 86_400;

/** The definitions of these settings, in the order people read them. */
export const requestsSettings = {
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
} as const;
