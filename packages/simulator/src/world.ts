// Assembles the simulator's parts, which every route receives.

import { Accounts } from "./accounts.ts";
import { SimulatedClock } from "./clock.ts";
import { openStore } from "./database.ts";
import type { Store } from "./database.ts";
import { Faults } from "./faults/faults.ts";
import { whyNotDrawn } from "./media/canvas.ts";
import { MediaLinks } from "./media/media-links.ts";
import { MediaMaker } from "./media/media-maker.ts";
import { ModelRegistry } from "./models/registry.ts";
import { defaultCredits, defaultDailyCredits, defaultTiming } from "./options.ts";
import type { SimulatorOptions, Timing } from "./options.ts";
import type { ModelSetting } from "./models/registry.ts";
import { Records } from "./records/records.ts";
import type { Region } from "./regions.ts";
import { RequestLog } from "./request-log.ts";
import { Uploads } from "./uploads/uploads.ts";

const clockOffset = "clock_offset_ms";
const modelChanges = "model_changes";

/** Every part of one simulator. */
export interface World {
  clock: SimulatedClock;
  store: Store;
  accounts: Accounts;
  records: Records;
  links: MediaLinks;
  maker: MediaMaker;
  log: RequestLog;
  faults: Faults;
  models: ModelRegistry;
  uploads: Uploads;
  /** Number of generations of one model that may run at once for an account; null for no limit (ret 1310). */
  parallelLimit: number | null;
  timing: Timing;
  media: "drawn" | "blank";
  /** Why pictures and videos are blank although drawn ones are wanted; null where that is not so. */
  whyBlank: string | null;
  strict: boolean;
  refusesBalanceQuery: boolean;
  /** Regions that answer -6 to writes of programs. */
  refusesProgramsIn: ReadonlySet<Region>;
  duplicateSubmit: "return-existing" | "second-record";
  dailyCredits: number;
  chargeSign: "negative" | "positive";
  /** Changes a model, also for the time after a restart. False for a key that is not known. */
  changeModel(setting: ModelSetting): boolean;
  /** Moves the clock forward and stores its offset. */
  advance(milliseconds: number): void;
  /** Deletes accounts, records, requests, faults and changes of models, and creates the configured accounts again. */
  reset(): void;
  close(): Promise<void>;
}

/** Builds the parts from the options and opens the store. */
export function createWorld(options: SimulatorOptions): World {
  const store = openStore(options.dataDir);
  const offset = Number(store.getMeta(clockOffset) ?? 0);
  const clock = new SimulatedClock(options.clock, offset);
  const sessions = options.sessions ?? "any";
  const initial = { ...defaultCredits, ...definedOnly(options.initialCredits ?? {}) };
  const accounts = new Accounts(store, clock, initial, sessions === "any");
  const records = new Records(store, clock, accounts);
  const log = new RequestLog();
  const maker = new MediaMaker();
  const faults = new Faults();
  const wanted = options.media ?? "drawn";
  const whyBlank = wanted === "drawn" ? whyNotDrawn() : null;

  const models = new ModelRegistry(options.extraImageModels, options.retiredModels);
  const stored = JSON.parse(store.getMeta(modelChanges) ?? "[]") as ModelSetting[];
  for (const setting of stored) models.change(setting);
  const storeModels = () => store.setMeta(modelChanges, JSON.stringify(models.changes()));

  const makeAccounts = () => {
    if (sessions === "any") return;
    for (const setting of sessions) {
      const isKnown = accounts.find(accounts.fingerprintOf(setting.session)) !== undefined;
      // A restart must not refill an account that was already spending.
      accounts.configure(isKnown ? { ...setting, credits: undefined } : setting);
    }
  };
  makeAccounts();

  return {
    clock,
    store,
    accounts,
    records,
    links: new MediaLinks(store.urlKey, clock, options.resultHosts ?? "path"),
    maker,
    log,
    faults,
    models,
    uploads: new Uploads(store, clock),
    parallelLimit: options.parallelLimit ?? null,
    timing: { ...defaultTiming, ...definedOnly(options.timing ?? {}) },
    media: whyBlank === null ? wanted : "blank",
    whyBlank,
    strict: options.strict ?? true,
    refusesBalanceQuery: options.refusesBalanceQuery ?? false,
    refusesProgramsIn: new Set(options.refusesProgramsIn),
    duplicateSubmit: options.duplicateSubmit ?? "return-existing",
    chargeSign: options.chargeSign ?? "negative",
    dailyCredits: options.dailyCredits ?? defaultDailyCredits,
    changeModel: (setting) => {
      const isKnown = models.change(setting);
      storeModels();
      return isKnown;
    },
    advance: (milliseconds) => {
      clock.advance(milliseconds);
      store.setMeta(clockOffset, String(clock.offsetMs));
    },
    reset: () => {
      store.clear();
      log.clear();
      faults.remove();
      models.reset();
      storeModels();
      makeAccounts();
    },
    close: async () => {
      await maker.close();
      store.close();
    },
  };
}

/** Drops options that are given as undefined: they mean "the default", not "nothing". */
function definedOnly<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
