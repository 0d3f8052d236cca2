// The table of every environment variable the gateway knows: name, default, one-line description. The README's table
// is checked against this one.

/** Describes one setting. */
export interface Setting {
  name: string;
  /** Shown to people; empty when there is none. */
  default: string;
  description: string;
}

const clusters = [
  { name: "CN", sites: "即梦 (cn)", generation: "https://jimeng.jianying.com" },
  { name: "US", sites: "Dreamina us", generation: "https://dreamina-api.us.capcut.com" },
  { name: "SG", sites: "Dreamina hk, jp and sg", generation: "https://mweb-api-sg.capcut.com" },
] as const;

const kinds = [
  { name: "COMMERCE", what: "credits" },
  { name: "PASSPORT", what: "account information" },
  { name: "IMAGEX", what: "image uploads" },
  { name: "VOD", what: "video and audio uploads" },
] as const;

const upstreamUrls: Setting[] = clusters.flatMap((cluster) => [
  {
    name: `JIMENG_${cluster.name}_BASE_URL`,
    default: cluster.generation,
    description:
      `Base URL of ${cluster.sites}: https, or http on loopback; a loopback address also becomes the ` +
      "default of this site's other URLs.",
  },
  ...kinds.map((kind) => ({
    name: `JIMENG_${cluster.name}_${kind.name}_URL`,
    default: "the site's own",
    description: `Base URL for ${kind.what} of ${cluster.sites}.`,
  })),
  {
    name: `JIMENG_${cluster.name}_AID`,
    default: cluster.name === "CN" ? "513695" : "513641",
    description: `App id sent to ${cluster.sites}.`,
  },
]);

/** Lists every setting, in the order people read them. */
export const settings: readonly Setting[] = [
  { name: "PORT", default: "5100", description: "Port to listen on; 0 takes a free one." },
  {
    name: "HOST",
    default: "127.0.0.1",
    description:
      "Address to listen on; anything but loopback needs JIMENG_API_KEYS or JIMENG_PASSTHROUGH.",
  },
  {
    name: "JIMENG_DATA_DIR",
    default: "the platform's data folder",
    description: "Folder of the database, the stored files and gateway.json.",
  },
  {
    name: "JIMENG_SESSIONS",
    default: "",
    description: "Own accounts, comma separated: [name=][us-|hk-|jp-|sg-]session.",
  },
  {
    name: "JIMENG_SESSIONS_FILE",
    default: "",
    description:
      "The same from a file, one a line, # begins a comment (safer than the environment).",
  },
  {
    name: "JIMENG_API_KEYS",
    default: "",
    description: "Keys that callers must present, comma separated: [name=]key.",
  },
  {
    name: "JIMENG_API_KEYS_FILE",
    default: "",
    description: "A file that holds JIMENG_API_KEYS.",
  },
  {
    name: "JIMENG_PASSTHROUGH",
    default: "false",
    description: "Takes the caller's bearer as the caller's own upstream session.",
  },
  {
    name: "JIMENG_SIMULATE",
    default: "false",
    description: "Uses the built-in simulator although accounts are configured.",
  },
  {
    name: "JIMENG_SECRET_KEY",
    default: "generated in the data folder",
    description: "Secret for encryption at rest and signed file URLs, 16 characters or more.",
  },
  {
    name: "JIMENG_SECRET_KEY_FILE",
    default: "",
    description: "A file that holds JIMENG_SECRET_KEY.",
  },
  {
    name: "JIMENG_ALLOWED_HOSTS",
    default: "",
    description: "Further names that the Host header may carry, comma separated.",
  },
  {
    name: "JIMENG_ALLOWED_ORIGINS",
    default: "",
    description: "Web origins that may call from a browser, comma separated.",
  },
  {
    name: "JIMENG_PUBLIC_URL",
    default: "from the request's Host",
    description: "Base of the URLs in answers, where a proxy stands in front.",
  },
  {
    name: "JIMENG_MAX_PROMPT_LENGTH",
    default: "4000",
    description: "Longest prompt in characters.",
  },
  {
    name: "JIMENG_MAX_UPLOAD_MB",
    default: "50",
    description:
      "Largest reference picture in MB; a video or sound may have twice that, all references of one request ten times.",
  },
  {
    name: "JIMENG_ALLOW_PRIVATE_REFERENCES",
    default: "false",
    description:
      "Lets reference URLs lead to this machine and its private networks (any caller can then read from there).",
  },
  {
    name: "JIMENG_CHECK_REFERENCES",
    default: "false",
    description:
      "Asks the site's own content check about each reference picture before paying (cn).",
  },
  {
    name: "JIMENG_ON_DOUBT",
    default: "resubmit",
    description: "resubmit or park: what becomes of a start whose outcome cannot be learned.",
  },
  {
    name: "JIMENG_SETTLE_SECONDS",
    default: "60",
    description: "How long a start in doubt is looked up before it may be posted again.",
  },
  {
    name: "JIMENG_MAX_QUEUE",
    default: "10000",
    description: "How many jobs may wait for their start; more are answered 503 with Retry-After.",
  },
  {
    name: "JIMENG_VIDEO_DEADLINE_SECONDS",
    default: "86400",
    description: "When a video that does not finish is given up.",
  },
  {
    name: "POLL_INTERVAL",
    default: "1000",
    description: "Shortest time between two looks, in ms.",
  },
  {
    name: "MAX_POLL_COUNT",
    default: "900",
    description: "Times POLL_INTERVAL: when an image that does not finish is given up.",
  },
  { name: "MAX_RETRY_COUNT", default: "3", description: "How often a failed step is tried again." },
  {
    name: "RETRY_DELAY",
    default: "5000",
    description: "Upper bound of the first wait before a retry in ms, doubling up to 60 s.",
  },
  {
    name: "LOG_LEVEL",
    default: "info",
    description: "fatal, error, warn, info, debug, trace or silent.",
  },
  {
    name: "JIMENG_USER_AGENT",
    default: "the sdk's own name",
    description: "User-Agent sent upstream.",
  },
  { name: "PLATFORM_CODE", default: "7", description: "Platform code sent upstream." },
  {
    name: "VERSION_CODE",
    default: "8.4.0",
    description: "Site version sent upstream (1.0.0 of the founding documents is answered 3018).",
  },
  { name: "WEB_VERSION", default: "7.5.0", description: "Web version sent upstream." },
  {
    name: "DA_VERSION",
    default: "3.3.9",
    description: "Draft version sent upstream (3.3.2 of the founding documents is answered 3018).",
  },
  { name: "AIGC_FEATURES", default: "app_lip_sync", description: "Feature list sent upstream." },
  { name: "JIMENG_BASE_URL", default: "", description: "The same as JIMENG_CN_BASE_URL." },
  { name: "JIMENG_AID", default: "", description: "The same as JIMENG_CN_AID." },
  ...upstreamUrls,
  { name: "HTTPS_PROXY", default: "", description: "Proxy for calls to the upstream." },
  { name: "NO_PROXY", default: "", description: "Hosts that are called without the proxy." },
  {
    name: "DATABASE_URL",
    default: "SQLite in the data folder",
    description:
      "PostgreSQL 15 or newer, shared by any number of nodes: postgres://user:password@host:5432/database " +
      "(needs JIMENG_SECRET_KEY).",
  },
  {
    name: "DATABASE_URL_FILE",
    default: "",
    description: "A file that holds DATABASE_URL, which has a password in it.",
  },
  {
    name: "ASSETS_URL",
    default: "the data folder",
    description:
      "Where files are kept, for several nodes: s3://bucket/prefix?region=…&endpoint=https://…&path_style=true " +
      "(credentials as for every AWS program), or file:///shared/folder.",
  },
];
