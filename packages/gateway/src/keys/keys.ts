// The gateway keys: made, changed, rotated and revoked here, and found by the text that a caller presents.

import { timingSafeEqual } from "node:crypto";

import { v7 as uuidV7 } from "uuid";

import type { Clock } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";
import type { GatewayKeyTable } from "../database/migrations/schema.ts";
import { keyNotFound, nameTaken } from "./errors.ts";
import { defaultRules, hashSecret, makeSecret, parseKeyRow, toRulesText } from "./key.ts";
import type { GatewayKey, KeyChanges } from "./key.ts";
import { createKeyStore } from "./key-store.ts";
import type { KeyStore } from "./key-store.ts";

/** A key with its text, which is told this once. */
export interface MadeKey {
  key: GatewayKey;
  text: string;
}

/** The keys that were made here. */
export interface Keys {
  /**
   * True once a key was made: every caller then needs a credential, also after all keys were revoked. As of the last
   * `refresh` or lookup.
   */
  areNeeded(): boolean;
  /** Reads the keys again where other nodes may have changed them; undefined where nothing has to be read. */
  refresh(): Promise<void> | undefined;
  /** Returns the key of a presented text, in force or not; undefined for an unknown one. */
  find(text: string): Promise<GatewayKey | undefined>;
  /** As `find`, for the SHA-256 of a text. */
  findHash(hash: string): Promise<GatewayKey | undefined>;
  /** Returns the key of an id, revoked ones too. */
  get(id: string): Promise<GatewayKey | undefined>;
  /** Returns all keys, the oldest first. */
  list(): Promise<GatewayKey[]>;
  /** Throws `conflict` when another key in force has the name. */
  create(changes: KeyChanges & { name: string }): Promise<MadeKey>;
  /** Throws `not_found`, and `conflict` when another key in force has the name. */
  update(id: string, changes: KeyChanges): Promise<GatewayKey>;
  /** Gives a key a new text; the old one stays good for so long. Throws `not_found`. */
  rotate(id: string, keepOldMs: number): Promise<MadeKey>;
  /** Ends a key for good. Throws `not_found`. */
  revoke(id: string): Promise<void>;
}

/** What keys work with. */
export interface KeysOptions {
  database: GatewayDatabase;
  clock: Pick<Clock, "now">;
}

// With the time of the read itself, what another node changed counts here within a second.
const sharedLifetimeMs = 500;

/** Opens the keys of a database. */
export async function createKeys(options: KeysOptions): Promise<Keys> {
  const keys = new StoredKeys(options);
  await keys.load();
  return keys;
}

class StoredKeys implements Keys {
  readonly #store: KeyStore;
  readonly #clock: Pick<Clock, "now">;
  /** Whether other nodes change the rows, too. */
  readonly #isShared: boolean;
  #known = new KnownKeys([]);
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  #reads = 0;
  /** The number of the read that is known. */
  #lastRead = 0;
  /** The first read after the last change: until it has succeeded nothing is known, lest a revoked key stays in force. */
  #neededRead = 0;

  constructor({ database, clock }: KeysOptions) {
    this.#store = createKeyStore(database);
    this.#clock = clock;
    this.#isShared = database.postgres !== null;
  }

  areNeeded(): boolean {
    return this.#known.size > 0;
  }

  refresh(): Promise<void> | undefined {
    if (this.#isFresh()) return undefined;
    this.#reading ??= this.load().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async find(text: string): Promise<GatewayKey | undefined> {
    return await this.findHash(hashSecret(text));
  }

  async findHash(hash: string): Promise<GatewayKey | undefined> {
    return (await this.#fresh()).find(hash, this.#clock.now());
  }

  async get(id: string): Promise<GatewayKey | undefined> {
    return (await this.#fresh()).get(id);
  }

  async list(): Promise<GatewayKey[]> {
    return (await this.#fresh()).list();
  }

  async create({ name, ...changes }: KeyChanges & { name: string }): Promise<MadeKey> {
    const now = this.#clock.now();
    const { text, hash, hint } = makeSecret();
    const row: GatewayKeyTable = {
      id: `key_${uuidV7()}`,
      name,
      hash,
      previous_hash: null,
      previous_until: null,
      hint,
      rules: toRulesText({ ...defaultRules, ...changes }),
      disabled: changes.disabled === true ? 1 : 0,
      expires_at: changes.expiresAt ?? null,
      created_at: now,
      updated_at: now,
      rotated_at: null,
      revoked_at: null,
    };
    if (!(await this.#store.insert(row))) throw nameTaken(name);
    await this.#reload();
    return { key: parseKeyRow(row), text };
  }

  async update(id: string, changes: KeyChanges): Promise<GatewayKey> {
    const { name, disabled, expiresAt } = changes;
    // What another node changed a moment ago stays.
    await this.load();
    const key = await this.#require(id);
    await this.#change(key, {
      name,
      disabled: disabled === undefined ? undefined : disabled ? 1 : 0,
      expires_at: expiresAt,
      rules: toRulesText({ ...key, ...changes }),
    });
    return await this.#require(id);
  }

  async rotate(id: string, keepOldMs: number): Promise<MadeKey> {
    const key = await this.#require(id);
    const now = this.#clock.now();
    const { text, hash, hint } = makeSecret();
    await this.#change(key, {
      hash,
      hint,
      previous_hash: keepOldMs > 0 ? this.#known.hashOf(id) : null,
      previous_until: keepOldMs > 0 ? now + keepOldMs : null,
      rotated_at: now,
    });
    return { key: await this.#require(id), text };
  }

  async revoke(id: string): Promise<void> {
    await this.#change(await this.#require(id), { revoked_at: this.#clock.now() });
  }

  /** Reads the rows again. */
  async load(): Promise<void> {
    const startedAt = this.#clock.now();
    const read = ++this.#reads;
    const rows = await this.#store.all();
    // Of two reads the one that began later knows more, whichever ends first.
    if (read < this.#lastRead) return;
    this.#lastRead = read;
    this.#known = new KnownKeys(rows);
    this.#readAt = startedAt;
  }

  async #fresh(): Promise<KnownKeys> {
    await this.refresh();
    return this.#known;
  }

  #isFresh(): boolean {
    if (this.#lastRead < this.#neededRead) return false;
    return !this.#isShared || this.#clock.now() - this.#readAt < sharedLifetimeMs;
  }

  async #change(key: GatewayKey, changes: Partial<GatewayKeyTable>): Promise<void> {
    const changed = { ...changes, updated_at: this.#clock.now() };
    if (!(await this.#store.update(key.id, changed))) {
      await this.#reload();
      const latest = this.#known.get(key.id);
      if (latest === undefined || latest.revokedAt !== null) throw keyNotFound();
      throw nameTaken(changes.name ?? key.name);
    }
    await this.#reload();
  }

  async #reload(): Promise<void> {
    this.#neededRead = this.#reads + 1;
    await this.load();
  }

  async #require(id: string): Promise<GatewayKey> {
    const key = await this.get(id);
    if (key === undefined || key.revokedAt !== null) throw keyNotFound();
    return key;
  }
}

interface KnownSecret {
  hash: string;
  key: GatewayKey;
  /** When it ends, in Unix milliseconds; null for the key's own text. */
  until: number | null;
}

/** The rows as they were read. */
class KnownKeys {
  readonly #byId = new Map<string, GatewayKey>();
  readonly #bySecret = new Map<string, KnownSecret>();

  constructor(rows: readonly GatewayKeyTable[]) {
    for (const row of rows) {
      const key = parseKeyRow(row);
      this.#byId.set(key.id, key);
      this.#bySecret.set(row.hash, { hash: row.hash, key, until: null });
      const { previous_hash: hash, previous_until: until } = row;
      if (hash !== null) this.#bySecret.set(hash, { hash, key, until });
    }
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): GatewayKey | undefined {
    return this.#byId.get(id);
  }

  list(): GatewayKey[] {
    return [...this.#byId.values()];
  }

  hashOf(id: string): string | null {
    const secrets = [...this.#bySecret.values()];
    return secrets.find(({ key, until }) => key.id === id && until === null)?.hash ?? null;
  }

  find(hash: string, now: number): GatewayKey | undefined {
    const known = this.#bySecret.get(hash);
    if (known === undefined || (known.until !== null && known.until <= now)) return undefined;
    // What is compared are hashes of 256 random bits, and in a time that does not depend on them.
    return timingSafeEqual(Buffer.from(known.hash), Buffer.from(hash)) ? known.key : undefined;
  }
}
