// The random walk: many submissions through real clients, while clients and gateways are killed, a proxy cuts, and the
// upstream misbehaves.
import { setTimeout as sleep } from "node:timers/promises";
import { createSimulator, type FaultSetting } from "@jimeng/simulator";
import OpenAI from "openai";
import { type EngineName, prepareGround } from "../chaos/engines.ts";
import { GatewayKeeper } from "../chaos/gateway-process.ts";
import { allEnded, type Claim, judge, type Verdict } from "../chaos/judge.ts";
import { Random } from "../chaos/random.ts";
import { hastySettings, makeSessions, toSessionSetting } from "../chaos/run.ts";
import { AskFailed, type AskerName, askers } from "./real-clients.ts";
import { startProxy } from "./proxy.ts";

/** Says how long a walk is. */
export interface WalkOptions {
  submissions: number;
  seed: number;
  engine: EngineName;
  postgresUrl: string;
  /** How many gateways serve at one moment, one after the other; more than one on PostgreSQL only. Default 1. */
  nodes?: number;
}

/** What a walk showed. */
export interface WalkReport extends Verdict {
  kills: number;
  freezes: number;
  cuts: number;
  /** Counts the calls of a client, its own retries not counted. */
  calls: number;
  clientKills: number;
  ownDeaths: string[];
  output: string;
}

// A minute of a real proxy, scaled as the lengths of generations are.
const silenceMs = 600;
const timing = { imageMs: 1000, videoMs: 1500, visibleAfterMs: 200 };
const concurrentSubmissions = 8;
// The first death comes soon, so that every walk meets one.
const firstLifeMs = 1500;
const shortLivesMs: [shortest: number, longest: number] = [1500, 6000];
// On PostgreSQL the next node waits some ten seconds for the dead one's claims to lapse: where one has to do
// everything, with shorter lives nothing would ever get done.
const longLivesMs: typeof shortLivesMs = [8000, 16_000];
const longestDeathMs = 300;
// The longest are beyond the settle time of these settings: others may have gone on with a frozen node's starts.
const freezesMs: typeof shortLivesMs = [200, 6000];
const freezeShare = 0.4;
// Earlier than any generation can be finished: the answer cannot have been on its way when the client died.
const latestClientDeathMs = 400;
const submissionPatienceMs = 60_000;
const retryDelayMs = 200;

const faults: readonly FaultSetting[] = [
  { endpoint: "generate", kind: "drop_after" },
  { endpoint: "generate", kind: "drop_before" },
  { endpoint: "generate", kind: "truncated" },
  { endpoint: "generate", kind: "html", accepted: true },
  { endpoint: "generate", kind: "http_status", status: 500, accepted: true },
  { endpoint: "generate", kind: "http_status", status: 502 },
  { endpoint: "generate", kind: "http_status", status: 503 },
  { endpoint: "generate", kind: "http_status", status: 429, retry_after: "1" },
  { endpoint: "generate", kind: "missing", polls: 1 },
  { endpoint: "generate", kind: "fail", as: "text" },
  { endpoint: "history", kind: "http_status", status: 500 },
  { endpoint: "history", kind: "drop_after" },
  { endpoint: "download", kind: "truncated" },
  { endpoint: "download", kind: "expired" },
];

interface Plan {
  prompt: string;
  asker: AskerName;
  count: number;
  idempotencyKey: string | undefined;
  /** When the client is killed; undefined when it lives. */
  dies: number | undefined;
  /** Tells whether its user starts it again and asks for the same. */
  asksAgain: boolean;
  fault: FaultSetting | undefined;
}

function makePlan(number: number, random: Random): Plan {
  const asker = random.pick(Object.keys(askers) as AskerName[]);
  const hasKey = random.chance(0.4);
  const isKilled = random.chance(0.25);
  return {
    prompt: `walk submission ${number}`,
    asker,
    count: asker === "openai videos" ? 1 : random.pick([1, 1, 2]),
    idempotencyKey: hasKey ? `walk-${number}-${random.whole(0, 0xffff).toString(16)}` : undefined,
    dies: isKilled ? random.whole(0, latestClientDeathMs) : undefined,
    // An answer with a video's id is there in a moment: whether it reached a dead client nobody can know without a key.
    asksAgain: hasKey || asker !== "openai videos",
    fault: random.chance(0.35) ? random.pick(faults) : undefined,
  };
}

/** Walks; everything it started is gone when it returns. */
export async function walk(options: WalkOptions): Promise<WalkReport> {
  const random = new Random(options.seed);
  const simulator = await createSimulator({
    media: "blank",
    timing,
    duplicateSubmit: "second-record",
  });
  const ground = await prepareGround(options.engine, options.postgresUrl);
  const sessions = makeSessions(2);
  const settings = {
    ...hastySettings,
    ...ground.settings,
    JIMENG_BASE_URL: simulator.url,
    JIMENG_SESSIONS: toSessionSetting(sessions),
  };
  const keepers = Array.from({ length: options.nodes ?? 1 }, () => new GatewayKeeper(settings));
  const livesMs =
    options.engine === "postgres" && keepers.length === 1 ? longLivesMs : shortLivesMs;
  const proxy = await startProxy({ target: inTurn(keepers), silenceMs });
  let calls = 0;
  let clientKills = 0;

  /** Asks as one user does: with one client after another until one has the answer. */
  async function pursue(plan: Plan): Promise<Claim> {
    if (plan.fault !== undefined) simulator.addFault(plan.fault);
    const end = AbortSignal.timeout(submissionPatienceMs);
    let { dies } = plan;
    const story = [JSON.stringify(plan)];
    while (!end.aborted) {
      calls += 1;
      const death = dies === undefined ? undefined : AbortSignal.timeout(dies);
      dies = undefined;
      const signal = death === undefined ? end : AbortSignal.any([end, death]);
      try {
        const files = await askers[plan.asker]({
          ...plan,
          url: proxy.url,
          signal,
          fetch: tellingFetch(story),
        });
        return { prompt: plan.prompt, held: { files, error: null }, story };
      } catch (error) {
        const code = codeOfEnd(error);
        if (code !== undefined)
          return { prompt: plan.prompt, held: { files: [], error: { code } }, story };
        if (death?.aborted) clientKills += 1;
        if (!plan.asksAgain) return { prompt: plan.prompt, held: "gone", story };
        await sleep(retryDelayMs);
      }
    }
    return { prompt: plan.prompt, held: null, story };
  }

  try {
    await Promise.all(keepers.map((keeper) => keeper.start()));
    const plans = Array.from({ length: options.submissions }, (_, number) =>
      makePlan(number, random),
    );
    const claims: Claim[] = [];
    const waiting = [...plans];
    let isWalking = true;
    const deaths = (async () => {
      await sleep(firstLifeMs);
      for (let isFirst = true; isWalking; isFirst = false) {
        const keeper = random.pick(keepers);
        const freezes = !isFirst && random.chance(freezeShare);
        if (freezes) await keeper.freeze(random.whole(...freezesMs));
        else await keeper.restart(random.whole(0, longestDeathMs));
        await sleep(random.whole(...livesMs));
      }
    })();
    await Promise.all(
      Array.from({ length: concurrentSubmissions }, async () => {
        for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
          claims.push(await pursue(plan));
        }
      }),
    );
    isWalking = false;
    await deaths;
    simulator.removeFault();
    const url = inTurn(keepers)();
    if (url === undefined) throw new Error("no gateway runs at the end");
    await allEnded(url, submissionPatienceMs);
    return {
      ...(await judge(claims, simulator, url, sessions)),
      kills: sum(keepers.map(({ kills }) => kills)),
      freezes: sum(keepers.map(({ freezes }) => freezes)),
      cuts: proxy.cuts,
      calls,
      clientKills,
      ownDeaths: keepers.flatMap(({ ownDeaths }) => ownDeaths),
      output: keepers.map(({ output }) => output).join("\n"),
    };
  } finally {
    await proxy.close();
    await Promise.all(keepers.map((keeper) => keeper.stop()));
    await simulator.close();
    await ground.remove();
  }
}

/** Sends clients to one gateway after the other, as a balancer does that only knows which of them listen. */
function inTurn(keepers: GatewayKeeper[]): () => string | undefined {
  let turn = 0;
  return () => {
    const urls = keepers.flatMap(({ url }) => url ?? []);
    turn += 1;
    return urls[turn % urls.length];
  };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Carries requests and writes down what became of each. */
function tellingFetch(story: string[]): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const tell = (end: string): void => {
      story.push(`${Date.now()} ${init?.method ?? "GET"} ${new URL(url).pathname} ${end}`);
    };
    try {
      const response = await fetch(input, init);
      const of = (name: string): string => response.headers.get(name) ?? "-";
      tell(`${response.status} job ${of("x-jimeng-job")} joined ${of("x-jimeng-joined")}`);
      return response;
    } catch (error) {
      tell(`${String(error)} ${error instanceof Error ? String(error.cause) : ""}`);
      throw error;
    }
  };
}

/** Gives the code of a job that ended without a result; undefined for a line that broke. */
function codeOfEnd(error: unknown): string | undefined {
  if (error instanceof AskFailed) return error.code;
  if (error instanceof OpenAI.APIError && isFinal(error.status)) return error.code ?? "unknown";
  // The AI SDK's own error for an answer that it does not try again, possibly inside its retry error.
  const { statusCode, lastError } = error as { statusCode?: number; lastError?: unknown };
  if (isFinal(statusCode)) return `http ${statusCode}`;
  return lastError === undefined ? undefined : codeOfEnd(lastError);
}

function isFinal(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500;
}
