// Replaces the secret that encrypts what is stored: every encrypted record is encrypted anew under the current key.

import { access } from "node:fs/promises";
import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";
import { v7 as uuidV7 } from "uuid";

import { createSealer, recordNames } from "../encryption/sealer.ts";
import type { Sealer, SecretKeys } from "../encryption/sealer.ts";
import {
  makeSecret,
  readSecretFile,
  readSecretKeys,
  writeSecretFile,
} from "../encryption/secret-keys.ts";
import type { SecretSettings } from "../encryption/secret-keys.ts";
import { openDatabase } from "./database.ts";
import type { GatewayDatabase } from "./database.ts";
import { lockOwner } from "./owner-lock.ts";
import { databaseFile } from "./sqlite.ts";

/** A record that no key opens. */
export interface UnreadableRecord {
  /** The account or webhook, such as `main`, `main proxy` or `webhook whk_…`. */
  name: string;
  problem: string;
  fix: string | null;
}

/** What a rotation did. */
export interface RotationReport {
  /** Records that were encrypted anew. */
  renewed: number;
  /** Records that were under the current key already. */
  current: number;
  unreadable: UnreadableRecord[];
  /** Where the key stands: a new one in the file of the data folder, or that of the setting. */
  keyIn: "file" | "setting";
  /** Whether an earlier run was cut off and this one completed it. */
  wasInterrupted: boolean;
}

/** What a rotation works with. */
export interface RotationOptions extends SecretSettings {
  databaseUrl?: string | null;
  /** For how many days the audit log is kept; with 0 nothing is written there. */
  auditDays?: number;
  /** Called after each step that is on disk; a test dies there. */
  onStep?: (step: RotationStep) => void;
}

/** The steps of a rotation. */
export type RotationStep = "key made" | "records renewed" | "all renewed" | "old key removed";

/** A table, its encrypted column, and the name to which each row's text is bound. */
interface SealedColumn {
  table: "accounts" | "webhooks";
  column: "session" | "proxy" | "secret" | "previous_secret";
  nameOf: (id: string) => string;
}

const sealedColumns: readonly SealedColumn[] = [
  { table: "accounts", column: "session", nameOf: recordNames.session },
  { table: "accounts", column: "proxy", nameOf: recordNames.proxy },
  { table: "webhooks", column: "secret", nameOf: recordNames.webhook },
  { table: "webhooks", column: "previous_secret", nameOf: recordNames.webhook },
];

const rowsPerTransaction = 200;

/**
 * Encrypts every record under a new key of the data folder, or under that of the setting. Whenever it is cut off, both
 * keys open what is stored, and the next run goes on. Throws `conflict` while a gateway uses the data folder, and
 * `not_found` when there is no database.
 */
export async function rotateSecret(options: RotationOptions): Promise<RotationReport> {
  const { dataDir, databaseUrl } = options;
  if (typeof databaseUrl === "string") return await rotateIn(options);
  await assertDatabase(dataDir);
  const lock = await lockOwner({ dataDir });
  try {
    return await rotateIn(options);
  } finally {
    lock.release();
  }
}

async function rotateIn(options: RotationOptions): Promise<RotationReport> {
  const { dataDir, databaseUrl, onStep = () => undefined } = options;
  const isInFile = typeof options.secretKey !== "string";
  const wasInterrupted = isInFile && (await makeKey(dataDir));
  onStep("key made");
  const keys = await readSecretKeys(options);
  const database = await openDatabase({ dataDir, databaseUrl });
  try {
    const renewed = await renewAll(database, createSealer(keys), onStep);
    onStep("all renewed");
    if (options.auditDays !== 0) await audit(database, renewed);
    // What no known key opens is not kept by keeping an old one.
    if (isInFile) await writeSecretFile(dataDir, { current: keys.current, previous: [] });
    onStep("old key removed");
    return { ...renewed, keyIn: isInFile ? "file" : "setting", wasInterrupted };
  } finally {
    await database.close();
  }
}

const doneStatus = 200;
const failedStatus = 400;

/** Writes the rotation into the audit log, which requests alone would not reach; `status` is what they would get. */
async function audit({ tables }: GatewayDatabase, { unreadable }: Renewed): Promise<void> {
  const isDone = unreadable.length === 0;
  const id = `aud_${uuidV7()}`;
  const values = {
    id,
    created_at: Date.now(),
    action: "secret.rotate",
    outcome: isDone ? "done" : "failed",
    route: "jimeng secret rotate",
    status: isDone ? doneStatus : failedStatus,
    code: isDone ? null : "invalid_request",
    key_id: null,
    address: null,
    subjects: "[]",
    user_text: null,
    request_id: null,
    left_out: 0,
  };
  await tables.insertInto("audit").values(values).execute();
}

/** Puts a new key before the old one in the file; true when an earlier run did so and was cut off. */
async function makeKey(dataDir: string): Promise<boolean> {
  const kept = await readSecretFile(dataDir);
  if (kept !== undefined && kept.previous.length > 0) return true;
  const previous = kept === undefined ? [] : [kept.current];
  const made: SecretKeys = { current: makeSecret(), previous };
  await writeSecretFile(dataDir, made);
  return false;
}

type Renewed = Pick<RotationReport, "renewed" | "current" | "unreadable">;

async function renewAll(
  { tables }: GatewayDatabase,
  sealer: Sealer,
  onStep: (step: RotationStep) => void,
): Promise<Renewed> {
  const total: Renewed = { renewed: 0, current: 0, unreadable: [] };
  for (const { table, column, nameOf } of sealedColumns) {
    let after = "";
    for (;;) {
      const rows = await tables
        .selectFrom(table)
        .select(["id", `${column} as sealed`])
        .where("id", ">", after)
        .where(column, "is not", null)
        .orderBy("id")
        .limit(rowsPerTransaction)
        .execute();
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.id;
      await tables.transaction().execute(async (transaction) => {
        for (const { id, sealed } of rows as { id: string; sealed: string }[]) {
          const anew = renew(sealer, sealed, nameOf(id), total);
          if (anew === undefined) continue;
          // A node that stored another text meanwhile has the last word.
          await transaction
            .updateTable(table)
            .set({ [column]: anew })
            .where("id", "=", id)
            .where(column, "=", sealed)
            .execute();
        }
      });
      onStep("records renewed");
    }
  }
  return total;
}

/** Returns the text under the current key; undefined for one that is, or that no key opens. */
function renew(sealer: Sealer, sealed: string, name: string, total: Renewed): string | undefined {
  try {
    const text = sealer.open(sealed, name);
    if (sealer.isCurrent(sealed)) {
      total.current += 1;
      return undefined;
    }
    total.renewed += 1;
    return sealer.seal(text, name);
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    total.unreadable.push({ name, problem: error.message, fix: error.detail.fix ?? null });
    return undefined;
  }
}

async function assertDatabase(dataDir: string): Promise<void> {
  await access(join(dataDir, databaseFile)).catch((cause: unknown) => {
    throw new JimengError("not_found", `There is no database in ${dataDir}.`, {
      cause,
      param: "--data-dir",
      fix: "Name the data folder of the gateway, as JIMENG_DATA_DIR does.",
    });
  });
}
