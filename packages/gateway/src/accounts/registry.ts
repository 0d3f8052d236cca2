// The accounts: their names, which of them may be used for a request, and the way to their upstream. A session goes in
// and never comes out, except encrypted to the database.

import { createHash } from "node:crypto";

import { JimengError, findModel, parseSession } from "@jimeng/sdk";
import type { GenerationRequest, Logger, Region } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import type { AccountClient } from "./client.ts";
import { modelUnavailable, noAccount, unknownAccount } from "./errors.ts";
import { AccountHealth } from "./health.ts";
import type { Standing } from "./health.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { createSealer, readOrMakeSecret } from "../encryption.ts";
import type { Sealer } from "../encryption.ts";
import type { Clock } from "../clock.ts";
import type { Upstream } from "./upstream.ts";
import type { AccountTable } from "../database/migrations/schema.ts";

/** One configured session. */
export interface AccountConfig {
  /** Names the account; default `<region>-<6 hex digits of the session's fingerprint>`. */
  name?: string;
  /** The session, with or without a region prefix. */
  session: string;
  /** Replaces the region that the prefix says. */
  region?: Region;
}

/** A configured or adopted account, without its session. */
export interface Account {
  name: string;
  region: Region;
  /** A one-way digest (16 hex digits of SHA-256) that tells sessions apart without showing them. */
  fingerprint: string;
  /** Tells that a caller brought it (pass-through): it is used only when pinned. */
  adopted: boolean;
}

/** What `connect` gets: an account with its session, to make the upstream's client from. */
export interface ConnectableAccount extends Account {
  /** The session id without its region prefix. */
  session: string;
}

/** The way to one account's upstream, and what its host may hand out. */
export interface Connection {
  upstream: Upstream;
  client: AccountClient;
  /** Allows result URLs on loopback (http too): only while the account's own base URL is loopback. */
  allowLoopbackDownloads: boolean;
}

/** An account with the way to ask it about itself. */
export interface AccountAccess {
  account: Account;
  client: AccountClient;
}

/** The accounts' whole door. */
export interface Accounts {
  list(): Account[];
  get(name: string): Account | undefined;
  connection(name: string): Connection | undefined;
  /** Takes in an account that another node adopted; does nothing for a known one. */
  load(name: string): Promise<void>;
  /** Registers a caller's own session (pass-through), kept encrypted so that its jobs survive a restart. */
  adopt(session: string): Promise<Account>;
  /** Gives a caller's own session's account without storing anything: a known one, or one kept in memory a while. */
  visit(session: string): AccountAccess;
  /** Tells how the account stands with the upstream, as far as we were told. */
  standing(name: string): Standing;
  /** Gives the error that a new job on this account would meet. */
  problem(name: string): JimengError | undefined;
  /** Counts the generations in flight by account, at most a second ago. */
  inFlight(): Promise<ReadonlyMap<string, number>>;
  /**
   * Throws before a row is made when nothing could succeed: `not_found` (what: account), `session_invalid`,
   * `risk_controlled` (+ retryAfterMs), `model_unavailable`.
   */
  usable(request: GenerationRequest, name?: string): void;
  /** Gives the usable accounts, those with the fewest generations in flight first. Throws like `usable`. */
  candidates(request: GenerationRequest): Promise<string[]>;
  /** Counts a generation that is about to start, until the next count of the rows. */
  noteStart(name: string): void;
  /** Takes note of what the upstream said: a dead session and risk control stop an account. */
  noteFailure(name: string, error: JimengError): void;
  /** Takes note that the upstream accepted the session. */
  noteSuccess(name: string): void;
  /** Takes note that its owner checked the account and found it alive: a block (ret 1018) ends too. */
  noteChecked(name: string): void;
}

/** What accounts are made of. */
export interface AccountsOptions {
  sessions: AccountConfig[];
  connect: (account: ConnectableAccount) => Connection;
  database: GatewayDatabase;
  /** Where `secret.key` is made when no secret key is given. */
  dataDir: string;
  /** Encrypts adopted sessions (JIMENG_SECRET_KEY). */
  secretKey?: string;
  clock: Clock;
  logger: Logger;
}

const fingerprintDigits = 16;
const nameDigits = 6;
const countsAgeMs = 1000;
// Callers who only look at their credits leave no trace but this; the oldest goes.
const rememberedVisitors = 100;

interface Entry {
  account: Account;
  connection: Connection;
}

/** Registers the configured accounts and those adopted earlier. Throws `invalid_request` on doubled names or sessions. */
export async function createAccounts(options: AccountsOptions): Promise<Accounts> {
  const { database, clock, logger } = options;
  const entries = new Map<string, Entry>();
  const visitors = new Map<string, AccountAccess>();
  const health = new AccountHealth(clock, logger);
  // Pass-through only: most owners never need a secret. A promise, so that two callers make one key.
  let sealer: Promise<Sealer> | undefined;
  const useSealer = () =>
    (sealer ??= Promise.resolve(options.secretKey ?? readOrMakeSecret(options.dataDir)).then(
      createSealer,
    ));

  function byFingerprint(fingerprint: string): Account | undefined {
    for (const { account } of entries.values()) {
      if (account.fingerprint === fingerprint) return account;
    }
    return undefined;
  }

  function register(account: Account, session: string): Account {
    entries.set(account.name, { account, connection: options.connect({ ...account, session }) });
    return account;
  }

  for (const config of options.sessions) {
    const { region, session } = parseSession(config.session);
    const fingerprint = fingerprintOf(config.region ?? region, session);
    const name = config.name ?? `${config.region ?? region}-${fingerprint.slice(0, nameDigits)}`;
    if (entries.has(name) || byFingerprint(fingerprint) !== undefined) {
      throw new JimengError("invalid_request", `The account ${name} is configured twice.`, {
        param: "JIMENG_SESSIONS",
        fix: "Give each session once, each name once.",
      });
    }
    register({ name, region: config.region ?? region, fingerprint, adopted: false }, session);
  }

  async function takeIn(row: AccountTable): Promise<void> {
    if (entries.has(row.id) || byFingerprint(row.fingerprint) !== undefined) return;
    try {
      const session = (await useSealer()).open(row.session, row.id);
      const region = row.region as Region;
      register({ name: row.id, region, fingerprint: row.fingerprint, adopted: true }, session);
    } catch (error) {
      // One unreadable caller's session must not keep the others from working.
      logger.error({ account: row.id, error }, "A stored account cannot be used; its jobs wait.");
    }
  }

  const stored = await database.tables.selectFrom("accounts").selectAll().execute();
  for (const row of stored) await takeIn(row);

  const counts = { at: Number.NEGATIVE_INFINITY, inFlight: new Map<string, number>() };

  async function countInFlight(): Promise<Map<string, number>> {
    if (clock.now() - counts.at < countsAgeMs) return counts.inFlight;
    counts.at = clock.now();
    const rows = await database.tables
      .selectFrom("jobs")
      .select(({ fn }) => ["account_id", fn.countAll<number>().as("jobs")])
      .where("status", "=", "in_progress")
      .groupBy("account_id")
      .execute();
    counts.inFlight = new Map(rows.map((row) => [row.account_id ?? "", row.jobs]));
    return counts.inFlight;
  }

  function adoptedNames(region: Region, fingerprint: string): [string, string] {
    return [`${region}-${fingerprint.slice(0, nameDigits)}`, `${region}-${fingerprint}`];
  }

  function hasModel(model: string, name: string, region: Region): boolean {
    const list = entries.get(name)?.connection.client.models.peek();
    const known = findModel(model, { from: list });
    // A raw model key (`jimeng:key/…`) is in no registry: the upstream judges it.
    return known === undefined || known.modelKeys[region] !== undefined;
  }

  function eligible(request: GenerationRequest): Account[] {
    const configured = [...entries.values()]
      .map(({ account }) => account)
      .filter((account) => !account.adopted);
    if (configured.length === 0) throw noAccount();
    const withModel = configured.filter(({ name, region }) =>
      hasModel(request.model, name, region),
    );
    if (withModel.length === 0) throw modelUnavailable(request.model, configured);
    const usable = withModel.filter((account) => health.problemOf(account.name) === undefined);
    const problem = health.problemOf(withModel[0]?.name ?? "");
    if (usable.length === 0 && problem !== undefined) throw problem;
    return usable;
  }

  return {
    list: () => [...entries.values()].map(({ account }) => account),
    get: (name) => entries.get(name)?.account,
    connection: (name) => entries.get(name)?.connection,

    async load(name) {
      if (entries.has(name)) return;
      const row = await database.tables
        .selectFrom("accounts")
        .selectAll()
        .where("id", "=", name)
        .executeTakeFirst();
      if (row !== undefined) await takeIn(row);
    },

    async adopt(text) {
      const { region, session } = parseSession(text);
      const fingerprint = fingerprintOf(region, session);
      const known = byFingerprint(fingerprint);
      if (known !== undefined) return known;
      const seal = await useSealer();
      // Another node may have given the short name to another session, whose jobs must not run on this one.
      for (const name of adoptedNames(region, fingerprint)) {
        const meanwhile = byFingerprint(fingerprint);
        if (meanwhile !== undefined) return meanwhile;
        if (entries.has(name)) continue;
        await database.tables
          .insertInto("accounts")
          .values({
            id: name,
            region,
            fingerprint,
            session: seal.seal(session, name),
            created_at: clock.now(),
          })
          .onConflict((conflict) => conflict.column("id").doNothing())
          .execute();
        const { fingerprint: holder } = await database.tables
          .selectFrom("accounts")
          .select("fingerprint")
          .where("id", "=", name)
          .executeTakeFirstOrThrow();
        const account = { name, region, fingerprint, adopted: true };
        if (holder === fingerprint) return byFingerprint(fingerprint) ?? register(account, session);
      }
      return byFingerprint(fingerprint) ?? nameTaken();
    },

    visit(text) {
      const { region, session } = parseSession(text);
      const fingerprint = fingerprintOf(region, session);
      const known = entries.get(byFingerprint(fingerprint)?.name ?? "");
      if (known !== undefined) return { account: known.account, client: known.connection.client };
      const earlier = visitors.get(fingerprint);
      if (earlier !== undefined) return earlier;
      const [short, long] = adoptedNames(region, fingerprint);
      const name = entries.has(short) ? long : short;
      const account = { name, region, fingerprint, adopted: true };
      const { client } = options.connect({ ...account, session });
      const oldest = visitors.size < rememberedVisitors ? undefined : visitors.keys().next().value;
      if (oldest !== undefined) visitors.delete(oldest);
      visitors.set(fingerprint, { account, client });
      return { account, client };
    },

    standing: (name) => health.standingOf(name),
    problem: (name) => health.problemOf(name),
    inFlight: countInFlight,

    usable(request, name) {
      if (name === undefined) {
        eligible(request);
        return;
      }
      const account = entries.get(name)?.account;
      if (account === undefined) throw unknownAccount(name);
      if (!hasModel(request.model, name, account.region))
        throw modelUnavailable(request.model, [account]);
      const problem = health.problemOf(name);
      if (problem !== undefined) throw problem;
    },

    async candidates(request) {
      const names = eligible(request).map((account) => account.name);
      if (names.length < 2) return names;
      const inFlight = await countInFlight();
      return names.sort((one, other) => (inFlight.get(one) ?? 0) - (inFlight.get(other) ?? 0));
    },

    noteStart: (name) => void counts.inFlight.set(name, (counts.inFlight.get(name) ?? 0) + 1),
    noteFailure(name, error) {
      // A visitor's standing is nobody's business, and strangers' names would pile up.
      if (entries.has(name)) health.noteFailure(name, error);
    },
    noteSuccess: (name) => health.noteSuccess(name),
    noteChecked: (name) => health.noteChecked(name),
  };
}

function nameTaken(): never {
  throw new ServiceError("internal", "An account's name is taken by another session.");
}

function fingerprintOf(region: Region, session: string): string {
  return createHash("sha256")
    .update(`jimeng account ${region} ${session}`)
    .digest("hex")
    .slice(0, fingerprintDigits);
}
