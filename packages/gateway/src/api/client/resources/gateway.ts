// The client's calls about the gateway itself.

import type { DoctorReport, GatewayProof, LogLevel } from "../../gateway.ts";
import type { CallOptions } from "../options.ts";
import { proofOf } from "../proof.ts";
import type { Transport } from "../transport.ts";

/** What `gateway.json` says of the gateway that wrote it. */
export interface GatewayIdentity {
  url: string;
  proofKey: string;
}

const nonceBytes = 24;

/** Asks the gateway about itself. */
export class Gateway {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Tells whether a jimeng gateway answers at this address. */
  async isHealthy(options: CallOptions = {}): Promise<boolean> {
    return await orFalse(async () => {
      const answer = await this.#transport.json<{ name?: unknown }>("/healthz", options);
      return answer.name === "jimeng";
    });
  }

  /** Tells whether the gateway at this address is the one of a `gateway.json`; call it without a key. */
  async isProven(identity: GatewayIdentity, options: CallOptions = {}): Promise<boolean> {
    const nonce = toHex(crypto.getRandomValues(new Uint8Array(nonceBytes)));
    return await orFalse(async () => {
      const query = { nonce };
      const answer = await this.#transport.json<GatewayProof>("/v1/gateway/proof", {
        query,
        ...options,
      });
      return answer.proof === (await proofOf(identity.proofKey, identity.url, nonce));
    });
  }

  /**
   * Examines the gateway's machine, settings, database, way to the site and accounts, and changes nothing. The words are
   * in this language; default English.
   */
  async doctor({
    language = "en",
    ...options
  }: CallOptions & { language?: "en" | "zh" } = {}): Promise<DoctorReport> {
    const headers = { "accept-language": language };
    return await this.#transport.json<DoctorReport>("/v1/gateway/doctor", { headers, ...options });
  }

  /** Reads the level of the log. */
  async logLevel(options: CallOptions = {}): Promise<LogLevel> {
    return await this.#transport.json<LogLevel>("/v1/gateway/log-level", options);
  }

  /** Changes the level of the log until the next start. */
  async setLogLevel(level: LogLevel["level"], options: CallOptions = {}): Promise<LogLevel> {
    return await this.#transport.json<LogLevel>("/v1/gateway/log-level", {
      method: "POST",
      body: { level },
      ...options,
    });
  }

  /**
   * Asks the gateway of a command to leave its data folder to a gateway with these accounts, after the steps in hand.
   * Throws `conflict` when its own accounts are others.
   */
  async handOver(accounts: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.json("/v1/gateway/hand-over", {
      method: "POST",
      body: { accounts },
      ...options,
    });
  }
}

async function orFalse(ask: () => Promise<boolean>): Promise<boolean> {
  try {
    return await ask();
  } catch {
    // A refusal, a stranger's answer and no answer all mean the same here.
    return false;
  }
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
