// Walks the endpoints of the site with one account: reads first, then, after the owner's yes, the planned steps one by
// one, each start once.
import {
  defaultVersions,
  type Fetch,
  Jimeng,
  JimengError,
  type JimengOptions,
  type Region,
  type Versions,
} from "@jimeng/sdk";
import { toWords } from "../answers/refusals.ts";
import { hostsOf } from "../read-only/run.ts";
import { readCharges, type WalkCharges } from "./charges.ts";
import type { Folder } from "./folder.ts";
import { type Files, makeFiles } from "./materials.ts";
import { planSteps } from "./plan.ts";
import type { Quote } from "./prices.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { downloadResult } from "./results.ts";
import { readBalance } from "./starts.ts";
import {
  InDoubt,
  NotRun,
  type Outcome,
  type Part,
  type PlannedStep,
  type PostedStart,
  type Site,
} from "./step.ts";
import { createMaterialStore, readSteps } from "./steps/free.ts";

/** What a walk works with. */
export interface WalkOptions {
  /** Options of the client: session, region, hosts, versions, clock. */
  client: Omit<JimengOptions, "fetch" | "paidFetch" | "maxRetryCount">;
  /** Sends what the recorder let pass; default the global fetch. */
  send?: Fetch;
  folder: Folder;
  chosen: readonly Part[];
  /** Credits that all starts together may cost. */
  maxCredits: number;
  quote: Quote;
  interrupted: AbortSignal;
  /** Milliseconds that one generation is waited for. */
  deadlineMs: number;
  pollIntervalMs?: number;
  proxy?: string;
  /** Makes the files that are uploaded; default those of materials.ts. */
  makeFiles?: () => Promise<Files>;
  /** Tells the owner how far the walk is. */
  tell(line: string): void;
}

/** What a walk has done. */
export interface Walked {
  region: Region;
  /** Unix milliseconds. */
  startedAt: number;
  versions: Versions;
  outcomes: Outcome[];
  starts: PostedStart[];
  charges: WalkCharges;
}

// After one of these, more calls would do harm or tell nothing.
const endingCodes: Readonly<Record<string, string>> = {
  risk_controlled: "the site's risk control refused",
  session_invalid: "the site refused the session in",
  rate_limited: "the site asked for fewer calls in",
};
/** Reads of a walk are repeated once; starts never are. */
const maxReadRetries = 1;

/** One walk. */
export class Walk {
  readonly region: Region;
  readonly outcomes: Outcome[] = [];
  readonly starts: PostedStart[] = [];
  readonly #options: WalkOptions;
  readonly #recorder: Recorder;
  readonly #jimeng: Jimeng;
  readonly #site: Site;
  readonly #clock: Site["clock"];
  readonly #startedAt: number;
  #current: Outcome | undefined;
  #balance: number | null = null;
  #granted = 0;
  /** Why nothing more is run; undefined while the walk goes on. */
  #ended: string | undefined;

  constructor(options: WalkOptions) {
    const { client, send } = options;
    this.#options = options;
    const hosts = hostsOf(client);
    this.#recorder = createRecorder({
      hosts,
      send: send ?? ((url, init) => fetch(url, init)),
    });
    const { fetch: recorded } = this.#recorder;
    this.#jimeng = new Jimeng({
      ...client,
      fetch: recorded,
      paidFetch: recorded,
      maxRetryCount: maxReadRetries,
    });
    this.region = this.#jimeng.region;
    this.#clock = client.clock ?? systemClock;
    this.#startedAt = this.#clock.now();
    this.#site = this.#makeSite(new URL(hosts.mweb).hostname);
  }

  /** The account's credits before the walk; null where they could not be read. */
  get balance(): number | null {
    return this.#balance;
  }

  /** Makes the free reads and plans the rest. Returns undefined when a read ended the walk. */
  async prepare(): Promise<PlannedStep[] | undefined> {
    for (const step of readSteps) {
      const build = undefined;
      const none = { price: undefined, description: "", unavailable: undefined };
      await this.#run({ step, build, ...none, isChosen: true });
    }
    if (this.#ended !== undefined) return undefined;
    this.#balance = this.#jimeng.credits.peek()?.total ?? (await readBalance(this.#site));
    const models = this.#jimeng.models.peek();
    const { chosen, quote } = this.#options;
    const isMember = this.#jimeng.credits.isMember === true;
    return planSteps(chosen, { region: this.region, models, isMember, quote });
  }

  /** Runs the planned steps and reads what they were charged. */
  async run(planned: readonly PlannedStep[]): Promise<Walked> {
    for (const [index, one] of planned.entries()) {
      await this.#run(one);
      const outcome = this.outcomes.at(-1);
      if (one.unavailable === undefined && outcome !== undefined) {
        const verdict = outcome.problem?.verdict ?? "answered";
        this.#options.tell(`[${index + 1}/${planned.length}] ${one.step.name}: ${verdict}`);
      }
    }
    return this.finish();
  }

  /** Returns what was done so far, with its charges. */
  async finish(): Promise<Walked> {
    // What is read now belongs to no step.
    this.#recorder.begin("image");
    const charges = await readCharges(this.#site, this.starts, {
      balanceBefore: this.#balance === null ? null : this.#balance + this.#granted,
      startedAt: this.#startedAt,
      tell: this.#options.tell,
    });
    const { region, outcomes, starts } = this;
    const versions = { ...defaultVersions, ...this.#options.client.versions };
    return { region, startedAt: this.#startedAt, versions, outcomes, starts, charges };
  }

  async #run(planned: PlannedStep): Promise<void> {
    const { step, build, unavailable } = planned;
    const outcome: Outcome = {
      planned,
      exchanges: this.#recorder.begin(step.kind ?? "image"),
      notes: [],
      differences: [],
      problem: undefined,
      started: undefined,
      files: [],
    };
    this.outcomes.push(outcome);
    this.#current = outcome;
    const reason = unavailable ?? this.#ended ?? (await this.#reasonNotToPay(planned));
    if (reason !== undefined) {
      outcome.problem = { verdict: "not run", why: reason };
      return;
    }
    try {
      const request = build && build(await this.#collect(planned));
      await step.run(this.#site, request);
    } catch (error) {
      outcome.problem = this.#problemOf(error, step.name, outcome);
    }
  }

  /** Fetches what a request refers to; what it does not need is left out. */
  async #collect({ step }: PlannedStep): Promise<never> {
    const needs = step.start?.needs ?? [];
    const found: Record<string, unknown> = {};
    for (const name of needs) found[name] = await this.#site.materials.get(name);
    return found as never;
  }

  /** Returns why a start is not posted: the owner interrupted, or the limit or the balance could be passed. */
  async #reasonNotToPay({ price }: PlannedStep): Promise<string | undefined> {
    if (this.#options.interrupted.aborted) {
      this.#ended = "the walk was interrupted";
      return this.#ended;
    }
    if (price === undefined) return undefined;
    const { maxCredits } = this.#options;
    const balance = await readBalance(this.#site);
    const counted = this.starts.reduce((sum, start) => sum + start.price.counted, 0);
    const gone =
      balance === null || this.#balance === null ? counted : Math.max(0, this.#balance - balance);
    if (gone + price.counted > maxCredits) {
      return `${gone} credits are gone, and ${price.counted} more could pass the limit of ${maxCredits}`;
    }
    if (balance !== null && balance < price.counted) {
      return `it may cost ${price.counted} credits, and ${balance} are left`;
    }
    return undefined;
  }

  #problemOf(error: unknown, name: string, { started }: Outcome): Outcome["problem"] {
    if (error instanceof NotRun) return { verdict: "not run", why: error.message };
    if (error instanceof InDoubt) return { verdict: "in doubt", why: error.message };
    if (!JimengError.isInstance(error)) {
      // A full disk, or a fault of ours: what was started is reported, and nothing more is.
      this.#ended = `${name} ended with an error of this program`;
      this.#options.tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return { verdict: "failed", why: "an error of this program, see above" };
    }
    const ending = endingCodes[error.code];
    if (ending !== undefined) this.#ended = `${ending} ${name}`;
    const words = toWords(error);
    if (started?.taken === "yes") return { verdict: "failed", why: whyUnfinished(error, words) };
    const { upstream } = error.detail;
    const isRefusal = upstream?.ret !== undefined || upstream?.failCode !== undefined;
    return { verdict: isRefusal || ending !== undefined ? "refused" : "failed", why: words };
  }

  #makeSite(host: string): Site {
    const { folder, interrupted, deadlineMs, pollIntervalMs, client, proxy } = this.#options;
    const outcome = (): Outcome => {
      if (this.#current === undefined) throw new Error("no step is running");
      return this.#current;
    };
    const make = this.#options.makeFiles ?? makeFiles;
    let files: Promise<Files> | undefined;
    const { userAgent } = client;
    const allowLoopback = ["127.0.0.1", "localhost", "[::1]"].includes(host);
    return {
      jimeng: this.#jimeng,
      region: this.#jimeng.region,
      recorder: this.#recorder,
      clock: this.#clock,
      interrupted,
      pollIntervalMs,
      deadlineMs,
      made: new Map(),
      materials: createMaterialStore(() => this.#site),
      files: () => (files ??= make()),
      note: (text) => outcome().notes.push(text),
      differs: (difference) => outcome().differences.push(difference),
      granted: (credits) => {
        this.#granted += credits;
      },
      beginStart: (submitId) => this.#beginStart(outcome(), submitId),
      writeDown: (start) => folder.writeStart(start),
      save: (name, bytes) => {
        const file = folder.saveResult(name, bytes);
        outcome().files.push(file);
        return file;
      },
      download: (url) =>
        downloadResult(url, {
          allowLoopback,
          proxy,
          ...(userAgent === undefined ? {} : { userAgent }),
        }),
    };
  }

  #beginStart(outcome: Outcome, submitId: string | null): PostedStart {
    const { step, price } = outcome.planned;
    if (price === undefined) throw new Error(`the step ${step.name} has no price`);
    const start: PostedStart = {
      step: step.name,
      submitId,
      historyId: null,
      price,
      balances: { before: null, afterStart: null, afterEnd: null },
      taken: "unknown",
    };
    outcome.started = start;
    this.starts.push(start);
    this.#options.folder.writeStart(start);
    return start;
  }
}

/** Tells why a start that was taken brought nothing, and how to get it later. */
function whyUnfinished({ code }: JimengError, words: string): string {
  const later = "`jimeng history import` fetches it once it has ended";
  if (code === "cancelled") return `it was started and not waited for: ${later}`;
  if (code === "generation_timeout") return `it was started and took longer than --wait: ${later}`;
  return `it was started, and then: ${words}`;
}

const systemClock: Site["clock"] = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds);
      signal?.addEventListener(
        "abort",
        () => {
          clearTimeout(timer);
          reject(new Error("the wait was interrupted"));
        },
        { once: true },
      );
    }),
};
