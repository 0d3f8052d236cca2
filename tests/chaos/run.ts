// One chaos run: submissions, faults and deaths at random moments, then the verdict.
import { setTimeout as sleep } from "node:timers/promises";
import { createSimulator } from "@jimeng/simulator";
import { type EngineName, prepareGround } from "./engines.ts";
import { drawFault } from "./faults.ts";
import { creditPageVariable, GatewayKeeper, settlementVariable } from "./gateway-process.ts";
import { allSettled, judgeCosts } from "./costs.ts";
import { allEnded, type Claim, judge, listJobs, type Verdict } from "./judge.ts";
import { Random } from "./random.ts";
import { makeSubmission, pursue } from "./submissions.ts";

/** Says how large a run is. */
export interface ChaosOptions {
  jobs: number;
  accounts: number;
  kills: number;
  seed: number;
  engine: EngineName;
  /** A server on which the run may make its own database; for `postgres`. */
  postgresUrl?: string;
  /** Ends the database as a power cut would, and starts it again; between two deaths each, when given. */
  crashDatabase?: () => Promise<void>;
  /** How long the last client waits after the last death, in milliseconds; default 120000. */
  patienceMs?: number;
}

/** What a run showed. */
export interface ChaosReport extends Verdict {
  kills: number;
  databaseDeaths: number;
  /** Counts the faults that hit a request, by endpoint and kind. */
  faults: Record<string, number>;
  generatePosts: number;
  /** Names jobs that say another cost than the simulator charged. */
  wrongCosts: string[];
  seconds: number;
  /** Holds what gateways wrote that ended without being killed. */
  ownDeaths: string[];
  /** The last of what the gateways wrote, for whoever must find out why. */
  output: string;
}

// Rows of the credit history come late, as the site's do.
const timing = { imageMs: 1000, videoMs: 2000, visibleAfterMs: 200, creditRowsAfterMs: 1500 };
const shortestLifeMs = 200;
const longestLifeMs = 2500;
const longestDeathMs = 400;
const defaultPatienceMs = 120_000;
/** How many faults there are for each submission, on average. */
const faultsPerSubmission = 1.5;

/** The settings under which a run of seconds shows what takes minutes in earnest. */
export const hastySettings = {
  POLL_INTERVAL: "200",
  MAX_POLL_COUNT: "1000",
  RETRY_DELAY: "200",
  MAX_RETRY_COUNT: "6",
  JIMENG_SETTLE_SECONDS: "4",
  [creditPageVariable]: "300",
  [settlementVariable]: "12000",
} as const;

/** Makes names and sessions for accounts; the sessions are obviously nobody's. */
export function makeSessions(count: number): Map<string, string> {
  return new Map(
    Array.from({ length: count }, (_, index) => [
      `account${index}`,
      `chaos0fake0session0of0nobody0${String(index).padStart(3, "0")}`,
    ]),
  );
}

/** Writes sessions as the setting JIMENG_SESSIONS. */
export function toSessionSetting(sessions: ReadonlyMap<string, string>): string {
  return [...sessions].map(([name, session]) => `${name}=${session}`).join(",");
}

/** Runs once; everything it started is gone when it returns. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const random = new Random(options.seed);
  const startedAt = Date.now();
  let databaseDeaths = 0;
  // A second post of one submit id is a second record, and a second charge: the harshest reading of question 13.
  const simulator = await createSimulator({
    media: "blank",
    timing,
    duplicateSubmit: "second-record",
    // Nobody knows on which side of 0 the site writes charges.
    chargeSign: random.next() < 0.5 ? "negative" : "positive",
  });
  const ground = await prepareGround(options.engine, options.postgresUrl);
  const sessions = makeSessions(options.accounts);
  const keeper = new GatewayKeeper({
    ...hastySettings,
    ...ground.settings,
    JIMENG_BASE_URL: simulator.url,
    JIMENG_SESSIONS: toSessionSetting(sessions),
  });
  try {
    await keeper.start();
    const submissions = Array.from({ length: options.jobs }, (_, number) =>
      makeSubmission(number, random),
    );
    const lives = Array.from({ length: options.kills }, () =>
      random.whole(shortestLifeMs, longestLifeMs),
    );
    const spanMs = lives.reduce((sum, life) => sum + life, 0) || longestLifeMs;
    const patienceMs = options.patienceMs ?? defaultPatienceMs;
    let isDying = true;
    // A restart takes longer than a life on a busy machine.
    const endAt = Date.now() + spanMs * 4 + patienceMs;
    const clients = submissions.map(async (submission): Promise<Claim> => {
      await sleep(random.next() * spanMs);
      try {
        return {
          prompt: submission.prompt,
          held: await pursue(submission, () => keeper.url, endAt),
        };
      } catch (error) {
        return { prompt: submission.prompt, held: null, story: [String(error)] };
      }
    });
    const troubles = (async () => {
      const faultCount = Math.round(options.jobs * faultsPerSubmission);
      for (let at = 0; at < faultCount && isDying; at++) {
        await sleep((random.next() * 2 * spanMs) / faultCount);
        const fault = drawFault(random);
        // All that wait for one endpoint would hit its next request together, and most would go unseen.
        const isWaiting = simulator
          .faults()
          .some(({ endpoint, hits }) => endpoint === fault.endpoint && hits === 0);
        if (!isWaiting) simulator.addFault(fault);
      }
    })();
    for (const life of lives) {
      await sleep(life);
      if (options.crashDatabase !== undefined) {
        await options.crashDatabase();
        databaseDeaths += 1;
        await sleep(life);
      }
      await keeper.restart(random.whole(0, longestDeathMs));
    }
    const claims = await Promise.all(clients);
    isDying = false;
    await troubles;
    return await conclude(claims);
  } finally {
    await keeper.stop();
    await simulator.close();
    await ground.remove();
  }

  async function conclude(claims: Claim[]): Promise<ChaosReport> {
    const faults: Record<string, number> = {};
    for (const { endpoint, effect, hits } of simulator.faults()) {
      if (hits === 0) continue;
      const name = `${endpoint} ${effect.kind}`;
      faults[name] = (faults[name] ?? 0) + hits;
    }
    simulator.removeFault();
    if (keeper.url === undefined) throw new Error("no gateway runs at the end");
    await allEnded(keeper.url, options.patienceMs ?? defaultPatienceMs);
    const verdict = await judge(claims, simulator, keeper.url, sessions);
    const list = async () => await listJobs(keeper.url ?? "");
    await allSettled(list, options.patienceMs ?? defaultPatienceMs);
    return {
      ...verdict,
      wrongCosts: judgeCosts(await list(), simulator.acceptedStarts()),
      kills: keeper.kills,
      databaseDeaths,
      faults,
      generatePosts: simulator.requests({ endpoint: "generate" }).length,
      seconds: Math.round((Date.now() - startedAt) / 1000),
      ownDeaths: keeper.ownDeaths,
      output: keeper.output,
    };
  }
}
