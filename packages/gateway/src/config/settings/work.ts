// How jobs run and what is kept: queue, polls, retries, retention, log, metrics, stopping.

import { define } from "../definition.ts";
import { choice, optionalWhole, url, whole } from "../values.ts";

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
const day = 86_400;
const largestPort = 65_535;
const largestDrain = 3600;

/** The definitions of these settings, in the order people read them. */
export const workSettings = {
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
  JIMENG_MCP_AUTO_CREDITS: define(
    whole(0, 1_000_000, 20),
    "Most credits that one call of an agent over MCP may spend without asking a person; above it, or where the price is not known, a person is asked.",
    "智能体通过 MCP 的单次调用最多可以不经确认花多少积分；超出或价格未知时先询问用户。",
  ),
  JIMENG_MCP_DAILY_CREDITS: define(
    whole(0, 1_000_000, 100),
    "Most credits that the agents of one key may spend over MCP in a day (UTC) without asking a person.",
    "同一密钥的智能体每天（UTC）通过 MCP 最多可以不经确认花多少积分。",
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
} as const;
