// Starting the gateway as a child process, killing it without mercy and starting it again.
import { type ChildProcess, fork } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** Names the environment variable that holds the moment at which the child kills itself. */
export const dieAtVariable = "JIMENG_TEST_DIE_AT";
/** Names the variable that holds at which passing of that moment it dies; 1 is the first. */
export const dieAtTimeVariable = "JIMENG_TEST_DIE_AT_TIME";

/** Names the variables that shorten the pace of credit pages and the day until settlement, in milliseconds. */
export const creditPageVariable = "JIMENG_TEST_CREDIT_PAGE_MS";
export const settlementVariable = "JIMENG_TEST_SETTLEMENT_MS";

/** Names the variable that holds the path of the child's bundle; its sources run without one. */
export const childVariable = "JIMENG_TEST_GATEWAY_BUNDLE";

const childFile = fileURLToPath(new URL("../death-table/child.ts", import.meta.url));
const keptOutput = 20_000;

/** A running gateway. */
export interface GatewayProcess {
  url: string;
  /** Sends SIGKILL and waits until the process is gone. */
  kill(): Promise<void>;
  /** Stops it for so long, as a machine does that has no time for it. */
  freeze(milliseconds: number): Promise<void>;
  /** Settles when the process is gone, with the signal that ended it, or null when it left by itself. */
  ended: Promise<NodeJS.Signals | null>;
  /** Gives the last of what it wrote. */
  output(): string;
}

/** Starts a gateway on a free port with these settings and nothing else of the environment's. */
export async function startGatewayProcess(
  settings: Record<string, string>,
): Promise<GatewayProcess> {
  let text = "";
  const child = fork(process.env[childVariable] ?? childFile, {
    execArgv: ["--conditions=source", "--disable-warning=ExperimentalWarning"],
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      // Without it each start reads every source anew, and a run with twenty deaths spends its time there.
      NODE_COMPILE_CACHE: join(tmpdir(), "jimeng-test-compile-cache"),
      PORT: "0",
      LOG_LEVEL: "warn",
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const keep = (chunk: Buffer): void => {
    text = `${text}${chunk.toString()}`.slice(-keptOutput);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once("close", (_code, signal) => resolve(signal));
  });
  const url = await listening(child, ended, () => text);
  return {
    url,
    ended,
    output: () => text,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    async freeze(milliseconds) {
      child.kill("SIGSTOP");
      await sleep(milliseconds);
      child.kill("SIGCONT");
    },
  };
}

async function listening(
  child: ChildProcess,
  ended: Promise<unknown>,
  output: () => string,
): Promise<string> {
  const told = new Promise<string>((resolve) => {
    child.once("message", (message) => resolve((message as { url: string }).url));
  });
  const url = await Promise.race([told, ended.then(() => undefined)]);
  if (url === undefined) throw new Error(`the gateway ended before it listened:\n${output()}`);
  return url;
}

/** Keeps one gateway alive on its folder through any number of deaths. */
export class GatewayKeeper {
  readonly #settings: Record<string, string>;
  #current: GatewayProcess | undefined;
  #output = "";
  /** Counts the SIGKILLs. */
  kills = 0;
  /** Counts the SIGSTOPs. */
  freezes = 0;
  /** Holds what gateways wrote that ended although nobody killed them: always a defect. */
  readonly ownDeaths: string[] = [];

  constructor(settings: Record<string, string>) {
    this.#settings = settings;
  }

  /** Where the present one listens; undefined while there is none. */
  get url(): string | undefined {
    return this.#current?.url;
  }

  /** Gives what the gateways wrote, the latest last. */
  get output(): string {
    return `${this.#output}${this.#current?.output() ?? ""}`;
  }

  /** Starts one. */
  async start(): Promise<void> {
    const started = await startGatewayProcess(this.#settings);
    this.#current = started;
    void started.ended.then((signal) => {
      if (signal !== "SIGKILL") this.ownDeaths.push(started.output());
    });
  }

  /** Kills the present one, leaves it dead for some milliseconds, and starts the next. */
  async restart(deadMs = 0): Promise<void> {
    await this.stop();
    this.kills += 1;
    if (deadMs > 0) await new Promise((resolve) => setTimeout(resolve, deadMs));
    await this.start();
  }

  /** Freezes the present one for some milliseconds; clients are sent to it all the same. */
  async freeze(milliseconds: number): Promise<void> {
    this.freezes += 1;
    await this.#current?.freeze(milliseconds);
  }

  /** Kills the present one. */
  async stop(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    if (current === undefined) return;
    await current.kill();
    this.#output = `${this.#output}${current.output()}`.slice(-keptOutput);
  }
}
