// Tests what an examination finds on this machine, in a database, on the network and of accounts.

import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { ConnectableAccount } from "../accounts/account.ts";
import { createStoredCredentials, parseCredentials } from "../accounts/sessions/credentials.ts";
import { systemClock } from "../clock.ts";
import { loadConfig } from "../config/config.ts";
import { openDatabase } from "../database/database.ts";
import { DatabaseSync, databaseFile } from "../database/sqlite.ts";
import { createLogger } from "../logging.ts";
import { FakeAccountClient, creditsOf } from "../testing/fake-account-client.ts";
import { examineAccounts } from "./accounts.ts";
import { examine } from "./examine.ts";
import {
  examineDatabase,
  examineDisk,
  examineFolder,
  examinePort,
  examineSecrets,
} from "./machine.ts";
import { examineNetwork, judgeClock } from "./network.ts";
import { readStoredAccounts } from "./stored-accounts.ts";

let folder: string;
let server: Server | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-doctor-"));
});
afterEach(async () => {
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** Serves nothing but the time, on a free port. */
async function serve(date?: string): Promise<number> {
  const made = createServer((_request, response) => {
    if (date !== undefined) response.setHeader("date", date);
    response.end();
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  return (made.address() as AddressInfo).port;
}

describe("the machine", () => {
  test("has a folder, will get one, or has a file in its place", async () => {
    expect(await examineFolder(folder)).toMatchObject({ status: "ok", code: "folder_ok" });
    expect(await examineFolder(join(folder, "new"))).toMatchObject({ code: "folder_absent" });
    await writeFile(join(folder, "file"), "");
    await chmod(join(folder, "file"), 0o700);
    expect(await examineFolder(join(folder, "file"))).toMatchObject({
      status: "fail",
      code: "folder_unusable",
    });
  });

  test("keeps secrets private, or tells the command that closes them", async () => {
    const path = join(folder, "secret.key");
    const config = { dataDir: folder, secretFiles: [] };
    await writeFile(path, "x", { mode: 0o600 });
    expect(await examineSecrets(config)).toMatchObject([{ code: "secrets_private" }]);
    await chmod(path, 0o644);
    expect(await examineSecrets(config)).toMatchObject([
      { status: "warn", code: "secrets_open", facts: [path, "644", `chmod 600 ${path}`] },
    ]);
  });

  test("has room on its disk or has not", async () => {
    const measure = () => Promise.resolve({ bytes: 300 * 2 ** 20, hasRoomForFiles: true });
    expect(await examineDisk(folder, { minFreeMegabytes: 200 }, measure)).toMatchObject({
      code: "disk_ok",
      facts: ["300"],
    });
    expect(await examineDisk(folder, { minFreeMegabytes: 400 }, measure)).toMatchObject({
      status: "fail",
      code: "disk_low",
    });
  });

  test("has its port free, taken, or used by its own gateway", async () => {
    const port = await serve();
    const place = { host: "127.0.0.1", port };
    expect(await examinePort(place, undefined)).toMatchObject({
      status: "fail",
      code: "port_taken",
    });
    expect(await examinePort(place, `http://127.0.0.1:${port}`)).toMatchObject({
      code: "port_own",
    });
    expect(await examinePort({ ...place, port: 0 }, undefined)).toMatchObject({
      code: "port_free",
    });
  });
});

describe("the database", () => {
  const embedded = { databaseUrl: null };

  test("is absent, sound, older, newer or damaged, and is never changed", async () => {
    expect(await examineDatabase(folder, embedded)).toMatchObject({ code: "database_absent" });
    await (await openDatabase({ dataDir: folder })).close();
    expect(await examineDatabase(folder, embedded)).toMatchObject({
      status: "ok",
      code: "database_sound",
    });
    const path = join(folder, databaseFile);
    const change = (statement: string) => {
      const connection = new DatabaseSync(path);
      connection.exec(statement);
      connection.close();
    };
    change("delete from kysely_migration where name = (select max(name) from kysely_migration)");
    expect(await examineDatabase(folder, embedded)).toMatchObject({
      status: "warn",
      code: "migrations_pending",
      facts: [path, "1"],
    });
    expect(await examineDatabase(folder, embedded)).toMatchObject({ code: "migrations_pending" });
    change("insert into kysely_migration values ('9999-later', '2026-01-01')");
    expect(await examineDatabase(folder, embedded)).toMatchObject({
      status: "fail",
      code: "database_newer",
      facts: [path, "9999-later"],
    });
    await mkdir(join(folder, "other"));
    await writeFile(join(folder, "other", databaseFile), "no database at all, in no way");
    expect(await examineDatabase(join(folder, "other"), embedded)).toMatchObject({
      status: "fail",
      code: "database_damaged",
    });
  });

  test("on a PostgreSQL that is not there is unreachable, and its password is not told", async () => {
    const databaseUrl = "postgres://user:obviously-fake-password@127.0.0.1:1/jimeng";
    const finding = await examineDatabase(folder, { databaseUrl });
    expect(finding).toMatchObject({ status: "fail", code: "database_unreachable" });
    expect(JSON.stringify(finding)).not.toContain("password");
  });
});

test("with the simulator in the site's place no host and no account is asked", async () => {
  const config = loadConfig({
    PORT: "0",
    JIMENG_SIMULATE: "true",
    JIMENG_SESSIONS: "fake-session",
  });
  const codes: string[] = [];
  for await (const { code } of examine({ config, folder, isSimulated: true })) codes.push(code);
  expect(codes).toEqual([
    ...["node_ok", "settings_ok", "folder_ok", "secrets_private", "disk_ok"],
    ...["gateway_stopped", "port_free", "database_absent", "simulated"],
  ]);
});

describe("the stored accounts", () => {
  test("are read with the key that sealed them, else told as locked, and no key is made", async () => {
    const config = {
      databaseUrl: null,
      secretKey: "obviously-fake-secret",
      previousSecretKey: null,
    };
    const database = await openDatabase({ dataDir: folder });
    expect(await readStoredAccounts(folder, config)).toEqual({ accounts: [], locked: 0 });
    await createStoredCredentials({
      database,
      dataDir: folder,
      secretKey: config.secretKey,
      clock: systemClock,
      logger: createLogger("silent"),
    }).store({
      ...parseCredentials("us-obviously-fake-session"),
      name: "mine",
      userId: null,
    });
    await database.close();
    const read = await readStoredAccounts(folder, config);
    expect(read).toMatchObject({
      accounts: [{ name: "mine", region: "us", session: "obviously-fake-session" }],
      locked: 0,
    });
    const other = { ...config, secretKey: "another-fake-secret" };
    expect(await readStoredAccounts(folder, other)).toEqual({ accounts: [], locked: 1 });
    const none = { ...config, secretKey: null };
    expect(await readStoredAccounts(folder, none)).toEqual({ accounts: [], locked: 1 });
    expect(await readdir(folder)).not.toContain("secret.key");
  });
});

describe("the network", () => {
  const configOf = (environment: Record<string, string>) => loadConfig(environment);

  test("answers from every host once, and tells the time", async () => {
    const port = await serve(new Date(Date.now() - 90_000).toUTCString());
    const config = configOf({ JIMENG_BASE_URL: `http://127.0.0.1:${port}` });
    const findings = await examineNetwork({ config, regions: ["cn"], now: () => Date.now() });
    expect(findings).toMatchObject([
      { code: "proxy_none" },
      { status: "ok", code: "host_ok", facts: [`127.0.0.1:${port}`, expect.any(String)] },
      { status: "warn", code: "clock_wrong" },
    ]);
  });

  test("has hosts without an answer, and a proxy whose password is not told", async () => {
    const config = configOf({
      JIMENG_BASE_URL: "http://127.0.0.1:1",
      HTTPS_PROXY: "http://user:obviously-fake-password@127.0.0.1:2",
    });
    const findings = await examineNetwork({ config, regions: ["cn"], now: () => Date.now() });
    expect(findings).toMatchObject([
      { status: "fail", code: "proxy_unreachable", facts: ["127.0.0.1:2", "ECONNREFUSED"] },
      { status: "fail", code: "host_unreachable", facts: ["127.0.0.1:1", "ECONNREFUSED"] },
      { status: "warn", code: "clock_unknown" },
    ]);
    expect(JSON.stringify(findings)).not.toContain("password");
  });

  test("judges the clock by the host that agrees best", () => {
    expect(judgeClock([-400_000, 1000])).toMatchObject({ status: "ok", facts: ["1"] });
    expect(judgeClock([45_000])).toMatchObject({ status: "warn", facts: ["45"] });
    expect(judgeClock([-400_000])).toMatchObject({ status: "fail", facts: ["-400"] });
  });
});

describe("the accounts", () => {
  const account = (name: string, sessionEndsAt?: number): ConnectableAccount => ({
    name,
    region: "cn",
    session: "obviously-fake-session",
    fingerprint: "0".repeat(16),
    adopted: false,
    ...(sessionEndsAt === undefined ? {} : { sessionEndsAt }),
  });
  const examineWith = (client: FakeAccountClient, ...accounts: ConnectableAccount[]) =>
    examineAccounts({ accounts, clientOf: () => client, now: () => 0 });

  test("are alive with their credits, and the version strings are asked once for a region", async () => {
    const client = new FakeAccountClient();
    client.balance = creditsOf(0, 0, 66);
    const findings = await examineWith(client, account("one"), account("two", 86_400_000));
    expect(findings).toMatchObject([
      { status: "ok", code: "account_alive", facts: ["one", "cn", "66"] },
      { status: "ok", code: "account_alive" },
      { status: "warn", code: "session_ends", facts: ["two", "1"] },
      { status: "ok", code: "versions_accepted", facts: ["cn"] },
    ]);
  });

  test.each([
    [new JimengError("session_invalid", "no"), "account_dead"],
    [new JimengError("risk_controlled", "no"), "account_refused"],
    [new JimengError("connection_failed", "no"), "account_not_known"],
  ])("fail with %s as %s", async (error, code) => {
    const client = new FakeAccountClient();
    client.failures.push(error);
    expect(await examineWith(client, account("one"))).toMatchObject([{ status: "fail", code }]);
  });

  test("whose site refuses our version strings are told which to change", async () => {
    const client = new FakeAccountClient();
    client.models.read = () =>
      Promise.reject(new JimengError("permission_denied", "no", { upstream: { ret: "3018" } }));
    const findings = await examineWith(client, account("one"));
    expect(findings.at(-1)).toMatchObject({ status: "fail", code: "versions_stale" });
  });
});
