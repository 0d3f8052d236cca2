// Opens the one SQLite connection: its tables, and the settings that outlive the process. Session ids are never stored.

import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

const schema = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS accounts (
  fingerprint TEXT PRIMARY KEY, number INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS records (
  sequence INTEGER PRIMARY KEY, history_id TEXT NOT NULL UNIQUE, submit_id TEXT NOT NULL,
  account TEXT NOT NULL, model TEXT NOT NULL, ends_at REAL NOT NULL, refund_at REAL, body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS records_by_submit_id ON records (account, submit_id);
CREATE INDEX IF NOT EXISTS records_by_end ON records (account, ends_at);
CREATE INDEX IF NOT EXISTS records_by_refund ON records (refund_at) WHERE refund_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS accepted_starts (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, history_id TEXT NOT NULL, account TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS accepted_starts_by_history_id ON accepted_starts (history_id);
CREATE TABLE IF NOT EXISTS media (uri TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS items (item_id TEXT PRIMARY KEY, history_id TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS credit_events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS credit_events_by_account ON credit_events (account, sequence);
CREATE TABLE IF NOT EXISTS tokens (access_key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS uploads (
  uri TEXT PRIMARY KEY, vid TEXT UNIQUE, session_key TEXT NOT NULL UNIQUE, account TEXT NOT NULL,
  body TEXT NOT NULL, bytes BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS upload_parts (
  uri TEXT NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (uri, number)
) STRICT;
`;

/** The setting that holds the last record number used before a reset. */
export const sequenceFloor = "sequence_floor";

const databaseFile = "simulator.db";
const keyBytes = 32;
/** History ids have 13-14 digits (generate.md); the first is random so that two simulators differ. */
const historyIdFloor = 20_000_000_000_000;
const historyIdSpread = 60_000_000;
const historyIdStep = 1_000_000;

/** The open database, and the values created once for it. */
export interface Store {
  database: DatabaseSync;
  /** The key that signs result URLs. */
  urlKey: Buffer;
  /** The salt of account fingerprints. */
  salt: Buffer;
  /** Number from which history ids count up. */
  historyBase: number;
  getMeta(key: string): string | undefined;
  setMeta(key: string, value: string): void;
  /** Runs `work` in one transaction and rolls back when it throws. */
  transact<T>(work: () => T): T;
  /** Deletes every account, record, charge and file; keys and clock stay. */
  clear(): void;
  close(): void;
}

/** Renames the table of accepted starts in a folder of an earlier version, which called it ledger. */
function renameOldTable(database: DatabaseSync): void {
  const old = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'ledger'")
    .get();
  if (old === undefined) return;
  database.exec("ALTER TABLE ledger RENAME TO accepted_starts; DROP INDEX ledger_by_history_id;");
}

/**
 * Opens the database in `dataDir`, or in memory without one. WAL survives a SIGKILL of this process
 * without a sync per commit; a power failure may cost the last commits, which a simulator can afford.
 */
export function openStore(dataDir: string | undefined): Store {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(
    dataDir === undefined ? ":memory:" : path.join(dataDir, databaseFile),
  );
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  renameOldTable(database);
  database.exec(schema);
  const read = database.prepare("SELECT value FROM meta WHERE key = ?");
  const write = database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)");

  const getMeta = (key: string) => {
    const value = read.get(key)?.["value"];
    return typeof value === "string" ? value : undefined;
  };
  const setMeta = (key: string, value: string) => void write.run(key, value);
  const getOrMake = (key: string, make: () => string) => {
    const known = getMeta(key);
    if (known !== undefined) return known;
    const made = make();
    setMeta(key, made);
    return made;
  };

  const makeKey = () => randomBytes(keyBytes).toString("hex");
  return {
    database,
    urlKey: Buffer.from(getOrMake("url_key", makeKey), "hex"),
    salt: Buffer.from(getOrMake("salt", makeKey), "hex"),
    historyBase: Number(
      getOrMake("history_base", () =>
        String(historyIdFloor + (randomBytes(4).readUInt32BE() % historyIdSpread) * historyIdStep),
      ),
    ),
    getMeta,
    setMeta,
    transact: (work) => {
      database.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
    clear: () => {
      // History ids are never given twice, even after a reset.
      const last = database.prepare("SELECT max(sequence) AS last FROM records").get()?.["last"];
      if (typeof last === "number") setMeta(sequenceFloor, String(last));
      const tables = [
        "accounts",
        "records",
        "accepted_starts",
        "media",
        "items",
        "credit_events",
        "tokens",
        "uploads",
        "upload_parts",
      ];
      for (const table of tables) database.exec(`DELETE FROM ${table}`);
    },
    close: () => database.close(),
  };
}

/** Reads a JSON column; rows are written only by this package. */
export function parseBody<T>(row: Record<string, unknown> | undefined): T | undefined {
  const body = row?.["body"];
  return typeof body === "string" ? (JSON.parse(body) as T) : undefined;
}
