// Cuts one call at one moment and makes it again under the caller's own key: what it made must be there once.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { GatewayProcess } from "../chaos/gateway-process.ts";
import type { Scene } from "../death-table/scene.ts";
import { cutFetch, moments, type Cut } from "./cut-fetch.ts";
import { type CallName, calls } from "./subject.ts";

/** How a call ends at the moment: its connection breaks, its caller aborts, its process is killed. */
export const ways = ["broken connection", "abort", "kill -9"] as const;

/** One death. */
export interface Death extends Cut {
  call: CallName;
  way: (typeof ways)[number];
}

/** What a death left behind. */
export interface Aftermath {
  /** The ids that came of it in the end. */
  ids: string[];
  /** How many starts the upstream was paid for. */
  starts: number;
  /** Whether the moment came at all. */
  wasCut: boolean;
}

/** The requests of each call: start, job, two pictures; model, start; job, video. */
export const requestsOf: Readonly<Record<CallName, number>> = {
  doGenerate: 4,
  doStart: 2,
  doStatus: 2,
};

/** Lists every moment of every call, in every way. */
export function allDeaths(): Death[] {
  return (Object.keys(requestsOf) as CallName[]).flatMap((call) =>
    Array.from({ length: requestsOf[call] }, (_, request) => request).flatMap((request) =>
      moments.flatMap((moment) => ways.map((way) => ({ call, request, moment, way }))),
    ),
  );
}

const childFile = fileURLToPath(new URL("child.ts", import.meta.url));
const run = promisify(execFile);
let keys = 0;
const plainFetch = (url: string, init: RequestInit): Promise<Response> => fetch(url, init);

/** Lets a call die, and makes it again. */
export async function die(scene: Scene, gateway: GatewayProcess, death: Death): Promise<Aftermath> {
  keys += 1;
  const setting = { url: gateway.url, key: `death-${process.pid}-${keys}` };
  const before = scene.simulator.acceptedStarts().length;
  const { ids, wasCut } = await dieOnce(setting, death);
  // A started video is sent to the upstream a moment later.
  if (death.call === "doStart") {
    const operation = { jobId: ids[0] ?? "", gateway: gateway.url };
    await calls.doStatus({ ...setting, fetch: plainFetch, operation });
  }
  return { ids, wasCut, starts: scene.simulator.acceptedStarts().length - before };
}

async function dieOnce(
  setting: { url: string; key: string },
  { call, way, ...cut }: Death,
): Promise<Omit<Aftermath, "starts">> {
  const operation = call === "doStatus" ? await startVideo(setting) : undefined;
  if (way === "kill -9") {
    const signal = await runChild({ ...setting, call, cut, operation }).then(
      () => null,
      (error: { signal?: string }) => error.signal ?? "failed",
    );
    const ids = await runChild({ ...setting, call, operation });
    return { ids, wasCut: signal === "SIGKILL" };
  }
  const controller = new AbortController();
  const cutting = cutFetch(cut, () => {
    if (way === "abort") controller.abort(new Error("aborted by the test"));
  });
  const { signal } = controller;
  const first = calls[call]({ ...setting, fetch: cutting.fetch, signal, operation });
  if (way === "broken connection") {
    const ids = await first;
    return { ids, wasCut: cutting.wasCut() };
  }
  const failure = await first.then(
    () => undefined,
    (error: unknown) => error,
  );
  const ids = await calls[call]({ ...setting, fetch: plainFetch, operation });
  return { ids, wasCut: failure === signal.reason && signal.aborted };
}

async function startVideo(setting: { url: string; key: string }): Promise<never> {
  const [jobId] = await calls.doStart({ ...setting, fetch: plainFetch });
  return { jobId, gateway: setting.url } as never;
}

async function runChild(setting: object): Promise<string[]> {
  const words = ["--conditions=source", "--disable-warning=ExperimentalWarning", childFile];
  const { stdout } = await run(process.execPath, [...words, JSON.stringify(setting)]);
  return JSON.parse(stdout) as string[];
}
