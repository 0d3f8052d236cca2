// Tests the rotation of the secret key: what is stored opens under the new key, whatever moment a process dies at, and
// what cannot be opened is named.

import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createSealer, recordNames } from "../encryption/sealer.ts";
import type { Sealer } from "../encryption/sealer.ts";
import { readSecretKeys, secretFile } from "../encryption/secret-keys.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { lockOwner } from "./owner-lock.ts";
import { rotateSecret } from "./rotate-secret.ts";
import type { RotationReport, RotationStep } from "./rotate-secret.ts";

const oldKey = "obviously-fake-old-secret";
const newKey = "obviously-fake-new-secret";
const texts = {
  session: "fake-session-a",
  proxy: "http://user:fake-word@proxy.example:8080",
  secret: "whsec_fake-a",
  previous_secret: "whsec_fake-b",
};

let folder: TestDatabase;
beforeEach(async () => {
  folder = await makeTestDatabase();
});
afterEach(() => folder.remove());

const isEmbedded = () => folder.url === null;

/** Stores one record of each kind as an older version did, under the old key of the engine at hand. */
async function fill(): Promise<void> {
  if (isEmbedded()) await writeFile(join(folder.dataDir, secretFile), oldKey);
  const sealer = createSealer(oldKey);
  const database = await folder.open();
  await database.tables
    .insertInto("accounts")
    .values({
      id: "main",
      region: "cn",
      fingerprint: "fa4e",
      session: sealer.seal(texts.session, recordNames.session("main")),
      proxy: sealer.seal(texts.proxy, recordNames.proxy("main")),
      created_at: 1,
      added_at: 1,
      updated_at: 1,
      ends_at: null,
      user_id: null,
    })
    .execute();
  await database.tables
    .insertInto("webhooks")
    .values({
      id: "whk_1",
      url: "https://receiver.example/",
      events: "[]",
      description: "",
      disabled: 0,
      disabled_reason: null,
      secret: sealer.seal(texts.secret, recordNames.webhook("whk_1")),
      previous_secret: sealer.seal(texts.previous_secret, recordNames.webhook("whk_1")),
      previous_until: 2,
      from_position: 0,
      failing_since: null,
      created_at: 1,
      updated_at: 1,
    })
    .execute();
  await database.close();
}

function rotate(onStep?: (step: RotationStep) => void): Promise<RotationReport> {
  const { dataDir, url } = folder;
  const keys = isEmbedded() ? {} : { secretKey: newKey, previousSecretKey: oldKey };
  return rotateSecret({ dataDir, databaseUrl: url, ...keys, onStep });
}

/** Opens every record under these keys. */
async function openAll(sealer: Sealer): Promise<unknown> {
  const database = await folder.open();
  const account = await database.tables.selectFrom("accounts").selectAll().executeTakeFirst();
  const webhook = await database.tables.selectFrom("webhooks").selectAll().executeTakeFirst();
  await database.close();
  return {
    session: sealer.open(account?.session ?? "", recordNames.session("main")),
    proxy: sealer.open(account?.proxy ?? "", recordNames.proxy("main")),
    secret: sealer.open(webhook?.secret ?? "", recordNames.webhook("whk_1")),
    previous_secret: sealer.open(webhook?.previous_secret ?? "", recordNames.webhook("whk_1")),
  };
}

async function change(values: { session?: string; proxy?: string }): Promise<void> {
  const database = await folder.open();
  await database.tables.updateTable("accounts").set(values).execute();
  await database.close();
}

/** Reads what the audit log says of rotations. */
async function audited(): Promise<object[]> {
  const database = await folder.open();
  const rows = await database.tables
    .selectFrom("audit")
    .select(["action", "outcome", "route", "status", "code", "key_id"])
    .orderBy("id")
    .execute();
  await database.close();
  return rows;
}

async function keysInForce(): Promise<Sealer> {
  const settings = isEmbedded() ? {} : { secretKey: newKey, previousSecretKey: oldKey };
  return createSealer(await readSecretKeys({ dataDir: folder.dataDir, ...settings }));
}

describe("a rotation of the secret key", () => {
  test("encrypts sessions, proxies and webhook secrets anew, so that the old key opens nothing", async () => {
    await fill();
    const keyIn = isEmbedded() ? "file" : "setting";
    expect(await rotate()).toEqual({
      renewed: 4,
      current: 0,
      unreadable: [],
      keyIn,
      wasInterrupted: false,
    });
    expect(await openAll(await keysInForce())).toEqual(texts);
    await expect(openAll(createSealer(oldKey))).rejects.toThrow(/"main".*another secret key/);
    const route = "jimeng secret rotate";
    const entry = { action: "secret.rotate", outcome: "done", route, status: 200 };
    expect(await audited()).toEqual([{ ...entry, code: null, key_id: null }]);
    if (isEmbedded()) {
      expect(await readFile(join(folder.dataDir, secretFile), "utf8")).not.toContain(oldKey);
      expect(await rotate()).toMatchObject({ renewed: 4, wasInterrupted: false });
    } else {
      expect(await rotate()).toMatchObject({ renewed: 0, current: 4 });
    }
  });

  test("of a process that is killed loses nothing, and the next run completes it", async () => {
    await fill();
    // The real file system and the real signal: a process of its own dies.
    for (const step of [1, 3, 6]) {
      const { signal } = killAt(step);
      expect(signal).toBe("SIGKILL");
      expect(await openAll(await keysInForce())).toEqual(texts);
    }
    const report = await rotate();
    expect(report.unreadable).toEqual([]);
    expect(report.wasInterrupted).toBe(isEmbedded());
    const onlyNew = isEmbedded() ? await keysInForce() : createSealer(newKey);
    expect(await openAll(onlyNew)).toEqual(texts);
  });

  test("names the records that no key opens, with the reason and the fix, and renews the others", async () => {
    await fill();
    const other = createSealer("obviously-fake-third-secret");
    await change({ session: other.seal("fake", "main"), proxy: "AgAA" });
    const { renewed, unreadable } = await rotate();
    expect(renewed).toBe(2);
    expect(unreadable).toMatchObject([
      {
        name: "main",
        problem: expect.stringMatching(/"main".*another secret key/),
        fix: expect.stringMatching(/JIMENG_PREVIOUS_SECRET_KEY/),
      },
      { name: "main proxy", problem: expect.stringMatching(/"main proxy".*cut short/) },
    ]);
    expect(await audited()).toMatchObject([{ outcome: "failed", code: "invalid_request" }]);
  });

  test("is written into no audit log where none is kept", async () => {
    await fill();
    const { dataDir, url } = folder;
    await rotateSecret({ dataDir, databaseUrl: url, secretKey: newKey, auditDays: 0 });
    expect(await audited()).toEqual([]);
  });

  test("is refused while a gateway uses the data folder", async () => {
    if (!isEmbedded()) return;
    await fill();
    const lock = await lockOwner({ dataDir: folder.dataDir });
    await expect(rotate()).rejects.toMatchObject({ code: "conflict" });
    lock.release();
    expect(await readFile(join(folder.dataDir, secretFile), "utf8")).toBe(oldKey);
  });

  test("says where no database is", async () => {
    if (!isEmbedded()) return;
    await expect(rotateSecret({ dataDir: join(folder.dataDir, "nothing") })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

/** Runs the rotation in a process that kills itself after so many steps. */
function killAt(step: number): { signal: NodeJS.Signals | null } {
  const { dataDir, url } = folder;
  const module = fileURLToPath(new URL("rotate-secret.ts", import.meta.url));
  const keys = isEmbedded() ? {} : { secretKey: newKey, previousSecretKey: oldKey };
  const program = `
    import { rotateSecret } from ${JSON.stringify(module)};
    let steps = 0;
    await rotateSecret({
      ...${JSON.stringify({ dataDir, databaseUrl: url, ...keys })},
      onStep() { if (++steps === ${step}) process.kill(process.pid, "SIGKILL"); },
    });`;
  const words = ["--conditions=source", "--input-type=module", "--eval", program];
  return spawnSync(process.execPath, words, { stdio: "ignore" });
}
