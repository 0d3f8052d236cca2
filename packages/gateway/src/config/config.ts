// Reads the environment once, checks it, and returns the typed configuration.

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

import { JimengError, isLoopbackHost } from "@jimeng/sdk";
import type { Region } from "@jimeng/sdk";
import type * as z from "zod";

import { parseModelAliases } from "./model-aliases.ts";
import { parseAssetsUrl } from "./assets.ts";
import type { AssetsPlace } from "./assets.ts";
import { checkDatabaseUrl } from "./database.ts";
import { parseApiKeys, parseSessions } from "./credentials.ts";
import type { ApiKeySetting, SessionSetting } from "./credentials.ts";
import { parseResponseFormats } from "./response-formats.ts";
import type { ResponseFormats } from "./response-formats.ts";
import { listSecretFiles } from "./secret-files.ts";
import type { SecretFile } from "./secret-files.ts";
import { environmentSchema, fileSettings } from "./settings.ts";
import { parseUpstreamRegions, toSimulatorRegions } from "./upstream.ts";
import type { UpstreamRegion } from "./upstream.ts";

/** Tells people whose accounts are used: the simulator's, the owner's, or each caller's own. */
export type Mode = "simulator" | "accounts" | "pass-through";

/** Holds every setting, checked; see settings.ts for defaults and meanings. */
export interface Config {
  host: string;
  port: number;
  dataDir: string;
  databaseUrl: string | null;
  /** Where result and reference files are kept (ASSETS_URL). */
  assets: AssetsPlace;
  mode: Mode;
  sessions: SessionSetting[];
  apiKeys: ApiKeySetting[];
  /** Whether callers need a key although the settings name none. */
  requireKey: boolean;
  /** The proxies that may say who their clients are: addresses, or networks. */
  trustedProxies: string[];
  /** The connections that one client may hold; null for no bound. */
  connectionsPerAddress: number | null;
  /** The event streams that one key may hold open on a node; null for no bound. */
  streamsPerKey: number | null;
  /** How long a browser stays signed in. */
  signInDays: number;
  passthrough: boolean;
  /** JIMENG_SIMULATE; the command that composes the gateway starts the simulator. */
  simulate: boolean;
  secretKey: string | null;
  /** The secret that was in force before; it only opens what is stored. */
  previousSecretKey: string | null;
  /** The files with secrets that settings name. */
  secretFiles: SecretFile[];
  logLevel: z.output<typeof environmentSchema>["LOG_LEVEL"];
  /** Lower-case names without ports. */
  allowedHosts: string[];
  allowedOrigins: string[];
  /** Ends without a slash. */
  publicUrl: string | null;
  /** How long signed addresses of files work; null for no end. */
  urlTtlSeconds: number | null;
  /** What pictures are answered as where a request does not say so. */
  responseFormats: ResponseFormats;
  /** Whether the list of models has their names with a ratio or resolution, too. */
  listsModelVariants: boolean;
  /** Undefined: each model's own limit. */
  maxPromptLength: number | undefined;
  /** A job that costs more, or whose price is not known, is refused; null without a ceiling. */
  /** Seconds between blanks before the JSON of a waiting answer; null without. */
  heartbeatSeconds: number | null;
  /** Ids of models by the owner's names for them, in lower case. */
  modelAliases: ReadonlyMap<string, string>;
  maxCreditsPerJob: number | null;
  /** The largest reference of each kind in MB of 2^20 bytes. */
  uploadMegabytes: { image: number; video: number; audio: number };
  maxReferences: number;
  /** The free space that the data folder's disk must have before jobs are taken, in MB of 2^20 bytes. */
  minFreeMegabytes: number;
  /** The room for converted pictures, in MB of 2^20 bytes. */
  conversionCacheMegabytes: number;
  /** Seconds between saying that it is not ready and accepting no connection any more, when it is told to stop. */
  stopDelaySeconds: number;
  /** Seconds for which callers who wait are waited for, after that. */
  drainSeconds: number;
  /** What agents may spend over MCP without asking, in credits. */
  mcp: { perCall: number; perDay: number };
  /** The port that serves metrics without a key; null for none. */
  metricsPort: number | null;
  /** The OTLP collector to which traces are sent; null for none. */
  tracesEndpoint: string | null;
  referenceLimits: { megapixels: number; seconds: number };
  /** How long and how many events are kept. */
  events: { maxAgeMs: number; maxEvents: number };
  /** How many days the audit log keeps its entries; 0 keeps none. */
  auditDays: number;
  /** Lets reference URLs lead to this machine and its private networks. */
  allowPrivateReferences: boolean;
  /** Lets webhooks go to this machine and its private networks. */
  allowPrivateWebhooks: boolean;
  /** The proxy of reference URLs; null for direct connections. */
  referenceProxy: string | null;
  /** How long and how much of results is kept; null without a limit. */
  retention: { days: number | null; gigabytes: number | null };
  jobs: {
    pollIntervalMs: number;
    maxPollCount: number;
    videoDeadlineSeconds: number;
    maxRetryCount: number;
    retryDelayMs: number;
    settleSeconds: number;
    maxQueue: number;
    concurrentStarts: number;
    startsPerMinute: number | null;
    onDoubt: "resubmit" | "park";
    preflight: "off" | "auto" | "always";
  };
  upstream: {
    userAgent: string | null;
    versions: {
      platformCode: string;
      appVersion: string;
      webVersion: string;
      draftVersion: string;
      aigcFeatures: string;
    };
    regions: Record<Region, UpstreamRegion>;
    proxy: string | null;
    noProxy: string | null;
  };
}

/** Replaces settings from the command line or by the command that composes the gateway. */
export interface ConfigOverrides {
  host?: string;
  port?: number;
  dataDir?: string;
  /** Runs on this simulator alone: its URL, and the session its one account uses. */
  simulator?: { url: string; session: string };
}

const hourMs = 3_600_000;
// What nobody guesses, not even offline: 20 random letters and digits have 119 bits.
const shortestPublicKey = 20;

/**
 * Reads and checks every setting of `env`; an empty value counts as absent. Throws `invalid_request` with
 * one line that names the variable and what it must be; values are never repeated, they may be secrets.
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
  overrides: ConfigOverrides = {},
): Config {
  const read = withSecretFiles((name) => env[name]?.trim() || undefined);
  const values = parseEnvironment(read, overrides);
  const callers = toCallerSettings(values);
  const { apiKeys, passthrough } = callers;
  const { simulator } = overrides;
  return {
    host: values.HOST,
    port: values.PORT,
    dataDir: resolve(values.JIMENG_DATA_DIR ?? defaultDataDir(env)),
    databaseUrl: checkDatabaseUrl({
      url: values.DATABASE_URL,
      secretKey: values.JIMENG_SECRET_KEY,
      isSimulated: simulator !== undefined,
    }),
    assets: parseAssetsUrl(values.ASSETS_URL, {
      below: simulator === undefined ? undefined : "simulator",
    }),
    mode: simulator !== undefined ? "simulator" : passthrough ? "pass-through" : "accounts",
    sessions:
      simulator === undefined
        ? readSessions(read)
        : [{ name: "simulator", region: "cn", session: simulator.session }],
    ...callers,
    simulate: values.JIMENG_SIMULATE,
    secretKey: values.JIMENG_SECRET_KEY,
    previousSecretKey: values.JIMENG_PREVIOUS_SECRET_KEY,
    secretFiles: listSecretFiles((name) => env[name]?.trim() || undefined, values.DATABASE_URL),
    logLevel: values.LOG_LEVEL,
    allowedHosts: values.JIMENG_ALLOWED_HOSTS,
    allowedOrigins: values.JIMENG_ALLOWED_ORIGINS,
    ...toAnswerSettings(values, apiKeys),
    maxPromptLength: values.JIMENG_MAX_PROMPT_LENGTH,
    heartbeatSeconds: values.JIMENG_HEARTBEAT_SECONDS ?? null,
    modelAliases: parseModelAliases("JIMENG_MODEL_ALIASES", values.JIMENG_MODEL_ALIASES),
    maxCreditsPerJob: values.JIMENG_MAX_CREDITS_PER_JOB ?? null,
    uploadMegabytes: {
      image: values.JIMENG_MAX_IMAGE_UPLOAD_MB,
      video: values.JIMENG_MAX_VIDEO_UPLOAD_MB,
      audio: values.JIMENG_MAX_AUDIO_UPLOAD_MB,
    },
    maxReferences: values.JIMENG_MAX_REFERENCES,
    minFreeMegabytes: values.JIMENG_MIN_FREE_MB,
    conversionCacheMegabytes: values.JIMENG_CONVERSION_CACHE_MB,
    stopDelaySeconds: values.JIMENG_STOP_DELAY_SECONDS,
    drainSeconds: values.JIMENG_DRAIN_SECONDS,
    ...toFollowerSettings(values),
    metricsPort: values.JIMENG_METRICS_PORT ?? null,
    auditDays: values.JIMENG_AUDIT_DAYS,
    tracesEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
    referenceLimits: {
      megapixels: values.JIMENG_MAX_REFERENCE_MEGAPIXELS,
      seconds: values.JIMENG_MAX_REFERENCE_SECONDS,
    },
    allowPrivateReferences: values.JIMENG_ALLOW_PRIVATE_REFERENCES,
    referenceProxy: values.JIMENG_REFERENCE_PROXY,
    retention: {
      days: values.JIMENG_RETENTION_DAYS ?? null,
      gigabytes: values.JIMENG_RETENTION_GB ?? null,
    },
    jobs: toJobSettings(values),
    upstream: {
      userAgent: values.JIMENG_USER_AGENT,
      versions: {
        platformCode: values.PLATFORM_CODE,
        appVersion: values.VERSION_CODE,
        webVersion: values.WEB_VERSION,
        draftVersion: values.DA_VERSION,
        aigcFeatures: values.AIGC_FEATURES,
      },
      regions:
        simulator === undefined ? parseUpstreamRegions(read) : toSimulatorRegions(simulator.url),
      proxy: values.HTTPS_PROXY,
      noProxy: values.NO_PROXY,
    },
  };
}

/** Reads the settings of answers and the addresses in them. */
function toAnswerSettings(
  values: z.output<typeof environmentSchema>,
  apiKeys: readonly ApiKeySetting[],
): Pick<Config, "publicUrl" | "urlTtlSeconds" | "responseFormats" | "listsModelVariants"> {
  const { JIMENG_RESPONSE_FORMAT: format } = values;
  return {
    publicUrl: values.JIMENG_PUBLIC_URL,
    urlTtlSeconds: values.JIMENG_URL_TTL_SECONDS ?? null,
    responseFormats: parseResponseFormats("JIMENG_RESPONSE_FORMAT", format, apiKeys),
    listsModelVariants: values.JIMENG_LIST_MODEL_VARIANTS,
  };
}

/** Reads the settings of events, webhooks and agents. */
function toFollowerSettings(
  values: z.output<typeof environmentSchema>,
): Pick<Config, "events" | "allowPrivateWebhooks" | "mcp"> {
  const maxAgeMs = values.JIMENG_EVENT_HOURS * hourMs;
  return {
    events: { maxAgeMs, maxEvents: values.JIMENG_MAX_EVENTS },
    allowPrivateWebhooks: values.JIMENG_ALLOW_PRIVATE_WEBHOOKS,
    mcp: { perCall: values.JIMENG_MCP_AUTO_CREDITS, perDay: values.JIMENG_MCP_DAILY_CREDITS },
  };
}

/** Reads the settings of the job engine. */
function toJobSettings(values: z.output<typeof environmentSchema>): Config["jobs"] {
  return {
    pollIntervalMs: values.POLL_INTERVAL,
    maxPollCount: values.MAX_POLL_COUNT,
    videoDeadlineSeconds: values.JIMENG_VIDEO_DEADLINE_SECONDS,
    maxRetryCount: values.MAX_RETRY_COUNT,
    retryDelayMs: values.RETRY_DELAY,
    settleSeconds: values.JIMENG_SETTLE_SECONDS,
    maxQueue: values.JIMENG_MAX_QUEUE,
    concurrentStarts: values.JIMENG_CONCURRENT_STARTS,
    startsPerMinute: values.JIMENG_STARTS_PER_MINUTE ?? null,
    onDoubt: values.JIMENG_ON_DOUBT,
    preflight: values.JIMENG_PREFLIGHT,
  };
}

type CallerSettings = Pick<
  Config,
  | "apiKeys"
  | "requireKey"
  | "signInDays"
  | "passthrough"
  | "trustedProxies"
  | "connectionsPerAddress"
  | "streamsPerKey"
>;

/** Reads who may call. Throws as `checkCallers` does. */
function toCallerSettings(values: z.output<typeof environmentSchema>): CallerSettings {
  const callers = {
    apiKeys: parseApiKeys("JIMENG_API_KEYS", values.JIMENG_API_KEYS ?? ""),
    requireKey: values.JIMENG_REQUIRE_KEY,
    signInDays: values.JIMENG_SIGN_IN_DAYS,
    trustedProxies: values.JIMENG_TRUSTED_PROXIES,
    connectionsPerAddress: values.JIMENG_MAX_CONNECTIONS_PER_ADDRESS || null,
    streamsPerKey: values.JIMENG_MAX_STREAMS_PER_KEY || null,
    passthrough: values.JIMENG_PASSTHROUGH,
  };
  checkCallers(values.HOST, callers);
  return callers;
}

/** Throws unless it is clear who may call: keys, visitors' own sessions, or only this machine. */
function checkCallers(host: string, { apiKeys, requireKey, passthrough }: CallerSettings): void {
  if (passthrough && apiKeys.length > 0) {
    throw refuse(
      "JIMENG_PASSTHROUGH",
      "and JIMENG_API_KEYS exclude each other: a bearer is either a session or a key, remove one",
    );
  }
  if (!isLoopbackHost(host) && apiKeys.length === 0 && !requireKey && !passthrough) {
    throw refuse(
      "HOST",
      "is not loopback, so callers need keys: set JIMENG_API_KEYS, JIMENG_REQUIRE_KEY (or JIMENG_PASSTHROUGH), or use 127.0.0.1",
    );
  }
  const shortKey = apiKeys.findIndex(({ key }) => key.length < shortestPublicKey);
  if (!isLoopbackHost(host) && shortKey !== -1) {
    throw refuse(
      "JIMENG_API_KEYS",
      `has a key (number ${shortKey + 1}) that is too short for a HOST that others reach: use at least ${shortestPublicKey} characters`,
    );
  }
}

/** Settings that other settings replaced, with what to write instead. */
const replacedSettings: readonly (readonly [string, string])[] = [
  [
    "JIMENG_CHECK_REFERENCES",
    "was replaced by JIMENG_PREFLIGHT: write JIMENG_PREFLIGHT=always for true, or remove it for false",
  ],
  [
    "JIMENG_MAX_UPLOAD_MB",
    "was replaced by one limit for each kind: JIMENG_MAX_IMAGE_UPLOAD_MB, JIMENG_MAX_VIDEO_UPLOAD_MB and JIMENG_MAX_AUDIO_UPLOAD_MB",
  ],
];

function parseEnvironment(
  read: (name: string) => string | undefined,
  overrides: ConfigOverrides,
): z.output<typeof environmentSchema> {
  for (const [name, fix] of replacedSettings) {
    if (read(name) !== undefined) throw refuse(name, fix);
  }
  const given = Object.fromEntries(
    Object.keys(environmentSchema.shape).map((name) => [name, read(name)]),
  );
  // Programs commonly read both spellings of the proxy variables.
  given["HTTPS_PROXY"] ??= read("https_proxy");
  given["NO_PROXY"] ??= read("no_proxy");
  if (overrides.host !== undefined) given["HOST"] = overrides.host;
  if (overrides.port !== undefined) given["PORT"] = String(overrides.port);
  if (overrides.dataDir !== undefined) given["JIMENG_DATA_DIR"] = overrides.dataDir;
  const parsed = environmentSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refuse(String(issue?.path[0]), issue?.message ?? "is not valid");
}

function readSessions(read: (name: string) => string | undefined): SessionSetting[] {
  const file = read("JIMENG_SESSIONS_FILE");
  const entries = [
    ...parseSessions("JIMENG_SESSIONS", read("JIMENG_SESSIONS") ?? ""),
    ...(file === undefined
      ? []
      : parseSessions("JIMENG_SESSIONS_FILE", readSettingFile("JIMENG_SESSIONS_FILE", file))),
  ];
  const names = entries.flatMap(({ name }) => (name === null ? [] : [name]));
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined) {
    throw refuse("JIMENG_SESSIONS_FILE", `uses the name ${double} of JIMENG_SESSIONS again`);
  }
  return entries;
}

type Read = (name: string) => string | undefined;

function withSecretFiles(read: Read): Read {
  return (name) => {
    if (!fileSettings.has(name)) return read(name);
    const value = read(name);
    const fileName = `${name}_FILE`;
    const path = read(fileName);
    if (path === undefined) return value;
    if (value !== undefined) throw refuse(fileName, `and ${name} exclude each other: remove one`);
    return readSettingFile(fileName, path).trim() || undefined;
  };
}

const fileReasons: Record<string, string | undefined> = {
  ENOENT: "there is no such file",
  EACCES: "this user may not read it",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is a file",
};

function readSettingFile(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw refuse(name, `names a file that cannot be read (${fileReasons[code] ?? code}): ${path}`);
  }
}

function defaultDataDir(env: Readonly<Record<string, string | undefined>>): string {
  const home = env["HOME"] ?? env["USERPROFILE"] ?? homedir();
  const shared = env["XDG_DATA_HOME"];
  if (shared !== undefined && shared !== "") return join(shared, "jimeng");
  if (process.platform === "darwin") return join(home, "Library", "Application Support", "jimeng");
  if (process.platform === "win32") {
    return join(env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "jimeng");
  }
  return join(home, ".local", "share", "jimeng");
}

function refuse(name: string, problem: string): JimengError {
  return new JimengError("invalid_request", `${name} ${problem}.`, { param: name });
}
