// `npm run conformance`: the free run or the walk, on the simulator or on the site with one's own account.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  findModel,
  Jimeng,
  JimengError,
  type JimengOptions,
  parseSession,
  type Region,
} from "@jimeng/sdk";
import { createSimulator } from "@jimeng/simulator";
import type { Config } from "../../../packages/gateway/src/config/config.ts";
import type { SessionSetting } from "../../../packages/gateway/src/config/credentials.ts";
import { measuredCharge } from "../../../packages/gateway/src/submission/pricing/measured-charges.ts";
import { makeFolder } from "../paid/folder.ts";
import { refusalOfPlan } from "../paid/plan.ts";
import type { Quote } from "../paid/prices.ts";
import { recordAnswers } from "../paid/record.ts";
import {
  describePlan,
  describeReport,
  describeStarts,
  isConform,
  makeReport,
} from "../paid/report.ts";
import { Walk, type WalkOptions } from "../paid/walk.ts";
import { describeFindings, describePlan as describeReads } from "../read-only/report.ts";
import { hostsOf, runReadOnly } from "../read-only/run.ts";
import { readWords, usage, UsageError, type Words } from "./words.ts";

/** What the command works with. */
export interface World {
  /** Reads the settings; called with --live only. */
  loadConfig(): Pick<Config, "sessions" | "simulate" | "upstream">;
  out(text: string): void;
  tell(text: string): void;
  /** Asks the owner; undefined where nobody can be asked. */
  ask: ((question: string) => Promise<boolean>) | undefined;
  /** Aborted when the owner interrupts. */
  interrupted: AbortSignal;
  /** Milliseconds between polls; default the sdk's. */
  pollIntervalMs?: number;
  clock?: JimengOptions["clock"];
}

const exitOk = 0;
const exitDiffers = 1;
const exitUsage = 2;

/** Where a run goes, and as whom. */
interface Target {
  client: WalkOptions["client"];
  account: string;
  proxy: string | undefined;
}

/** Runs the command; returns its exit code. */
export async function runConformance(args: readonly string[], world: World): Promise<number> {
  try {
    const words = readWords(args);
    if (words.help) {
      world.out(`${usage}\n`);
      return exitOk;
    }
    if (!words.live) return await runOnSimulator(words, world);
    const target = chooseTarget(words, world);
    if (!words.yes && world.ask === undefined) {
      throw new UsageError("nobody can be asked here: add --yes to send them");
    }
    return await (words.readOnly ? readOnly(words, world, target) : walk(words, world, target));
  } catch (error) {
    if (error instanceof UsageError) {
      world.tell(`error: ${error.message}\n${usage}\n`);
      return exitUsage;
    }
    if (!JimengError.isInstance(error)) throw error;
    const { fix } = error.detail;
    world.tell(`error: ${error.message}${fix === undefined ? "" : ` ${fix}`}\n`);
    return error.code === "invalid_request" ? exitUsage : exitDiffers;
  }
}

/** Chooses the account and the options of its client. */
function chooseTarget(words: Words, { loadConfig, clock }: World): Target {
  const { sessions, simulate, upstream } = loadConfig();
  if (simulate) {
    throw new UsageError("JIMENG_SIMULATE is set: unset it for --live, or leave --live out");
  }
  const { name, region, session } = chooseAccount(sessions, words.account);
  const { userAgent, versions, regions: places, proxy } = upstream;
  const { baseUrls, aid } = places[region];
  return {
    account: name ?? region,
    proxy: proxy ?? undefined,
    client: {
      session,
      region,
      baseUrls,
      versions,
      ...(clock === undefined ? {} : { clock }),
      ...(aid === null ? {} : { aid }),
      ...(userAgent === null ? {} : { userAgent }),
    },
  };
}

function chooseAccount(
  sessions: readonly SessionSetting[],
  asked: string | undefined,
): SessionSetting {
  if (sessions.length === 0) {
    throw new UsageError(
      "--live needs your account: set JIMENG_SESSIONS_FILE (or JIMENG_SESSIONS)",
    );
  }
  const names = sessions.map(({ name, region }) => name ?? region);
  const found = asked === undefined ? sessions : sessions.filter((_, at) => names[at] === asked);
  const [first, second] = found;
  if (first === undefined) {
    throw new UsageError(`no account is called ${asked}: there is ${names.join(", ")}`);
  }
  if (second !== undefined) {
    throw new UsageError(`name one account with --account: ${names.join(", ")}`);
  }
  return first;
}

async function readOnly(words: Words, world: World, { client, account }: Target): Promise<number> {
  if (words.live) {
    world.tell(describeReads(hostsOf(client)));
    const { region } = parseRegion(client);
    const question = `Send them with the account ${account} (${region})? Type yes: `;
    if (!words.yes && !(await world.ask?.(question))) {
      world.tell("Nothing was sent.\n");
      return exitOk;
    }
  }
  const recordIn = words.record ? folderOf(words) : undefined;
  const findings = await runReadOnly({ client, recordIn });
  world.out(words.json ? toJson(findings) : describeFindings(findings));
  if (recordIn !== undefined) world.tell(`${whereAnswersAre(recordIn)}\n`);
  return findings.every(({ verdict }) => verdict === "ok") ? exitOk : exitDiffers;
}

async function walk(words: Words, world: World, target: Target): Promise<number> {
  const { client, account, proxy } = target;
  const { session, region } = parseRegion(client);
  const folder = makeFolder(folderOf(words), (text) => text.includes(session));
  const { maxCredits, chosen } = words;
  const tell = (line: string): void => world.tell(`${line}\n`);
  const one = new Walk({
    client,
    folder,
    chosen,
    maxCredits,
    quote: quoteIn(region),
    interrupted: world.interrupted,
    deadlineMs: words.waitMinutes * 60_000,
    pollIntervalMs: world.pollIntervalMs,
    proxy,
    tell,
  });
  tell("Reading account, credits, models and the own list, which costs nothing …");
  const planned = await one.prepare();
  const { balance } = one;
  const place = folder.path;
  let walked;
  if (planned === undefined || balance === null) {
    tell("The reads before the question were refused, so nothing else is done.");
    walked = await one.finish();
  } else {
    world.tell(describePlan(planned, { account, region, balance, maxCredits, folder: place }));
    const refusal = refusalOfPlan(planned, { balance, maxCredits });
    if (refusal !== undefined) {
      tell(`error: ${refusal}`);
      folder.removeIfEmpty();
      return exitUsage;
    }
    const question = `Do all this with the account ${account} (${region})? Type yes: `;
    const isAgreed = !words.live || words.yes || (await world.ask?.(question)) === true;
    if (!isAgreed || world.interrupted.aborted) {
      tell("Nothing was started.");
      folder.removeIfEmpty();
      return exitOk;
    }
    walked = await one.run(planned);
  }
  if (world.interrupted.aborted) world.tell(describeStarts(walked));
  const { report, redactor } = makeReport(walked, session);
  const text = describeReport(report);
  folder.writeText("report.md", text);
  folder.writeText("report.json", toJson(report));
  world.out(words.json ? toJson(report) : text);
  if (words.record) {
    recordAnswers(walked.outcomes, folder, redactor);
    tell(whereAnswersAre(place));
  }
  if (words.live) {
    tell(`Report and results are in ${place}. Its file started.jsonl has the full ids of what was`);
    tell("started: it is yours alone. Pages of the site list the same under your history.");
  }
  return isConform(report) ? exitOk : exitDiffers;
}

function whereAnswersAre(folder: string): string {
  return `The answers, redacted, are in ${folder}. Read them before you show them.`;
}

function parseRegion(client: Target["client"]) {
  const { session, region } = parseSession(client.session);
  return { session, region: client.region ?? region };
}

/**
 * Makes the estimate that the gateway uses: what others were charged, which was measured on cn; beside it the few prices
 * of the sdk's own table.
 */
function quoteIn(region: Region): Quote {
  return (request) => {
    const measured = region === "cn" ? measuredCharge(request) : null;
    if (measured !== null || request.tool !== undefined) return measured;
    return findModel(request.model)?.prices?.[request.resolution] ?? null;
  };
}

function folderOf({ folder }: Words): string {
  const moment = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  return resolve(folder ?? `conformance-${moment}`);
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Runs on a simulator of its own; what a walk makes there is kept only where a folder was named. */
async function runOnSimulator(words: Words, world: World): Promise<number> {
  const simulator = await createSimulator({
    media: "blank",
    // Long enough for a picture to be cancelled on a busy machine.
    timing: { imageMs: 1500, videoMs: 50, visibleAfterMs: 0, jitter: false },
  });
  const { url } = simulator;
  const client = {
    session: "conformance0simulator0conformance",
    baseUrls: { mweb: url, commerce: url, passport: url, imagex: url, vod: url },
    ...(world.clock === undefined ? {} : { clock: world.clock }),
  };
  const target = { client, account: "simulator", proxy: undefined };
  const scratch = mkdtempSync(join(tmpdir(), "jimeng-conformance-"));
  try {
    if (words.readOnly) {
      // The account of a new simulator has no history to read.
      await new Jimeng(client).images.generate(
        { model: "jimeng-4.0", prompt: "a harbour" },
        { pollIntervalMs: 100 },
      );
      return await readOnly(words, world, target);
    }
    const isKept = words.record || words.folder !== undefined;
    const folder = isKept ? words.folder : join(scratch, "walk");
    return await walk({ ...words, folder }, { pollIntervalMs: 100, ...world }, target);
  } finally {
    await simulator.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}
