// The settings of a provider, with every choice made.

/** How a finished video is handed over: its bytes, or a URL that the AI SDK downloads. */
export type VideoOutput = "auto" | "binary" | "url";

/** How a broken exchange with the gateway is taken up again. */
export interface RecoverySettings {
  /** The number of attempts in a row that may fail before the error is thrown; default 8. */
  attempts?: number;
  /** The first wait between two attempts in milliseconds, doubling up to sixteen times; default 500. */
  delayMs?: number;
}

/** The settings of `createJimeng()`. */
export interface JimengProviderSettings {
  /** The gateway's address, with or without `/v1`; default `http://127.0.0.1:5100`. */
  baseURL?: string;
  /** The gateway key; none where the gateway wants none. */
  apiKey?: string;
  /** Sent with every request. */
  headers?: Record<string, string | undefined>;
  /** Replaces the global fetch. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /**
   * How `doStatus` hands a finished video over. `auto`, the default: a signed URL where the gateway's is https on a public
   * host, else the bytes, since the AI SDK downloads from no loopback or private address and sends no key.
   */
  videoOutput?: VideoOutput;
  /** How a broken exchange with the gateway is taken up again. */
  recovery?: RecoverySettings;
}

/** The settings with every choice made. */
export interface ResolvedSettings {
  baseUrl: string;
  apiKey: string | undefined;
  headers: Record<string, string | undefined>;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  videoOutput: VideoOutput;
  recovery: Required<RecoverySettings>;
}

const defaultBaseUrl = "http://127.0.0.1:5100";
const defaultAttempts = 8;
const defaultDelayMs = 500;

/** Fills in what the settings leave open. */
export function resolveSettings(settings: JimengProviderSettings): ResolvedSettings {
  return {
    baseUrl: (settings.baseURL ?? defaultBaseUrl).replace(/\/+$/, "").replace(/\/v1$/, ""),
    apiKey: settings.apiKey,
    headers: settings.headers ?? {},
    fetch: settings.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    videoOutput: settings.videoOutput ?? "auto",
    recovery: {
      attempts: settings.recovery?.attempts ?? defaultAttempts,
      delayMs: settings.recovery?.delayMs ?? defaultDelayMs,
    },
  };
}
