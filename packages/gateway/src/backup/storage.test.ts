// Tests backups of files that are kept in a bucket or a shared folder: what rows speak of, checked, and back to anywhere.

import { existsSync } from "node:fs";
import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { parseAssetsUrl } from "../config/assets.ts";
import type { AssetsPlace } from "../config/assets.ts";
import { openDatabase } from "../database/database.ts";
import { createLogger } from "../logging.ts";
import type { AssetStore } from "../storage/asset-store.ts";
import { openAssetStore } from "../storage/open-asset-store.ts";
import { fillSample, keepSampleFiles, sampleFiles } from "../testing/backup-samples.ts";
import { s3Bucket, s3Credentials, startS3Server } from "../testing/s3-server.ts";
import type { S3Server } from "../testing/s3-server.ts";
import { backUp } from "./backup.ts";
import { restore } from "./restore.ts";

const picture = "assets/4f/asset_0000004f.png";
const logger = createLogger("silent");

let server: S3Server;
let prefixes = 0;
/** A data folder that each test gets a copy of. */
let template: string;
beforeAll(async () => {
  for (const [name, value] of Object.entries(s3Credentials)) vi.stubEnv(name, value);
  server = await startS3Server();
  template = await mkdtemp(join(tmpdir(), "jimeng-stored-"));
  const database = await openDatabase({ dataDir: template });
  await fillSample(database);
  await database.close();
  await writeFile(join(template, "secret.key"), "fake-secret", { mode: 0o600 });
});
afterAll(async () => {
  await rm(template, { recursive: true, force: true });
  vi.unstubAllEnvs();
  await server.remove();
});

let folder: string;
let live: string;
let backup: string;
let dataDir: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-stored-"));
  live = join(folder, "live");
  backup = join(folder, "backup");
  dataDir = join(folder, "data");
  await cp(template, live, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const newPrefix = (): string => `p${prefixes++}`;
const onS3 = (prefix: string): AssetsPlace => parseAssetsUrl(server.url(prefix));

async function withStore<Result>(
  place: AssetsPlace,
  work: (store: AssetStore) => Promise<Result>,
): Promise<Result> {
  const store = await openAssetStore({ place, dataDir: template, logger });
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

async function filled(place: AssetsPlace): Promise<AssetsPlace> {
  await withStore(place, (store) => keepSampleFiles(store, folder));
  return place;
}

async function textsIn(place: AssetsPlace, root = live): Promise<Record<string, string>> {
  const store = await openAssetStore({ place, dataDir: root, logger });
  const texts: Record<string, string> = {};
  for (const key of [...Object.keys(sampleFiles), "assets/ff/asset_orphan.png"]) {
    const opened = await store.open(key);
    if (opened === undefined) continue;
    texts[key] = Buffer.concat(await opened.stream.toArray()).toString();
  }
  store.close();
  return texts;
}

function backUpFrom(files: AssetsPlace, options: Partial<Parameters<typeof backUp>[0]> = {}) {
  const parts = [{ folder: "", files, isFree: false }];
  return backUp({ dataDir: live, parts, to: backup, withAssets: true, ...options });
}

async function makeSharedFolder(name: string): Promise<AssetsPlace> {
  await mkdir(join(folder, name));
  return parseAssetsUrl(pathToFileURL(join(folder, name)).href);
}

const sources: [string, () => AssetsPlace | Promise<AssetsPlace>][] = [
  ["a bucket", () => onS3(newPrefix())],
  ["a shared folder", () => makeSharedFolder("shared")],
];

describe.each(sources)("a backup of files in %s", (_, makePlace) => {
  let place: AssetsPlace;
  beforeEach(async () => {
    place = await filled(await makePlace());
  });

  test("has what rows speak of, privately, and nothing else", async () => {
    const report = await backUpFrom(place);
    expect(report.missingFiles).toEqual([]);
    expect(report.linkedFiles + report.copiedFiles).toBe(4);
    expect(await textsIn({ kind: "data-folder" }, backup)).toEqual(sampleFiles);
    if (place.kind === "s3" && process.platform !== "win32") {
      for (const name of [picture, "files.sha256", "jimeng.db", "backup.json"]) {
        expect((await stat(join(backup, name))).mode & 0o777, name).toBe(0o600);
      }
    }
  });

  test("comes back to a data folder, another bucket and another shared folder", async () => {
    await backUpFrom(place);
    const elsewhere = onS3(newPrefix());
    const shared = await makeSharedFolder("other");
    const targets: [string, AssetsPlace][] = [
      [dataDir, { kind: "data-folder" }],
      [join(folder, "second"), elsewhere],
      [join(folder, "third"), shared],
    ];
    for (const [root, files] of targets) {
      await restore({ from: backup, dataDir: root, filesOf: () => files });
      expect(await textsIn(files, root), files.kind).toEqual(sampleFiles);
      expect(existsSync(join(root, "assets"))).toBe(files.kind === "data-folder");
      expect(await readFile(join(root, "secret.key"), "utf8")).toBe("fake-secret");
    }
    // Nothing of the backup was moved away.
    expect(await textsIn({ kind: "data-folder" }, backup)).toEqual(sampleFiles);
  });

  test("names what is missing or damaged, once a row speaks of it still", async () => {
    await withStore(place, async (store) => {
      await store.remove([picture]);
      await writeFile(join(folder, "short"), "cut");
      const short = { path: join(folder, "short"), bytes: 3, contentType: "video/mp4" };
      await store.put("assets/50/asset_00000050.mp4", short);
    });
    const report = await backUpFrom(place);
    expect(report.missingFiles).toEqual([
      "assets/4f/asset_0000004f.png",
      "assets/50/asset_00000050.mp4",
    ]);
    expect(report.linkedFiles + report.copiedFiles).toBe(2);
    const back = await restore({ from: backup, dataDir });
    expect(back.missingFiles).toEqual(report.missingFiles);
  });

  test("leaves results out unless asked for, and everything where the storage has its own copies", async () => {
    expect(await backUpFrom(place, { withAssets: false })).toMatchObject({ missingFiles: [] });
    expect(Object.keys(await textsIn({ kind: "data-folder" }, backup))).toEqual([
      expect.stringMatching(/^files\//),
    ]);
    const small = join(folder, "small");
    await backUpFrom(place, { withAssets: false, withoutFiles: true, to: small });
    expect((await readdir(small)).toSorted()).toEqual(["backup.json", "jimeng.db", "secret.key"]);
    await restore({ from: small, dataDir, filesOf: () => place });
    expect(await textsIn(place)).toMatchObject(sampleFiles);
  });
});

describe("a bucket", () => {
  test("that is away ends the backup with one line and leaves nothing", async () => {
    const place = await filled(onS3(newPrefix()));
    await server.down();
    const error = await backUpFrom(place).catch((thrown: unknown) => thrown);
    await server.up();
    expect(error).toMatchObject({
      code: "connection_failed",
      message: expect.stringMatching(/^The storage of ASSETS_URL [^\n]+\(ECONNREFUSED\)\.$/),
    });
    expect(await readdir(folder)).not.toContain("backup.partial");
  });

  test("with ETags that are no MD5 is read twice and believed", async () => {
    const place = await filled(onS3(newPrefix()));
    // s3rver keeps the digest beside the object.
    const names = await readdir(join(server.directory, s3Bucket), { recursive: true });
    for (const name of names.filter((each) => each.endsWith("._S3rver_object.md5"))) {
      await writeFile(join(server.directory, s3Bucket, name), "0".repeat(32));
    }
    expect(await backUpFrom(place)).toMatchObject({ missingFiles: [], copiedFiles: 4 });
  });

  test("that has a file already is not sent it again; one of another length is replaced", async () => {
    const place = await filled(onS3(newPrefix()));
    await backUpFrom(place);
    await withStore(place, async (store) => {
      await writeFile(join(folder, "short"), "cut");
      const short = { path: join(folder, "short"), bytes: 3, contentType: "image/png" };
      await store.put(picture, short);
    });
    const report = await restore({ from: backup, dataDir, filesOf: () => place });
    expect(report).toMatchObject({ copiedFiles: 1 });
    expect(await textsIn(place)).toMatchObject(sampleFiles);
  });
});

describe("a backup with a list of digests", () => {
  let target: AssetsPlace;
  let whole: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "jimeng-stored-"));
    const place = await filled(onS3(newPrefix()));
    whole = await mkdtemp(join(tmpdir(), "jimeng-whole-"));
    const parts = [{ folder: "", files: place, isFree: false }];
    await backUp({ dataDir: template, parts, to: whole, withAssets: true });
    await rm(folder, { recursive: true });
  });
  afterAll(() => rm(whole, { recursive: true, force: true }));
  beforeEach(async () => {
    await cp(whole, backup, { recursive: true });
    target = onS3(newPrefix());
  });

  const inBackup = (name: string): string => join(backup, name);
  async function changeList(change: (text: string) => string): Promise<void> {
    const text = await readFile(inBackup("files.sha256"), "utf8");
    await writeFile(inBackup("files.sha256"), change(text));
    const manifest = JSON.parse(await readFile(inBackup("backup.json"), "utf8"));
    const { hashFile } = await import("./backup-files.ts");
    manifest.parts[0].sha256["files.sha256"] = await hashFile(inBackup("files.sha256"));
    await writeFile(inBackup("backup.json"), JSON.stringify(manifest));
  }

  test.each<[string, RegExp, () => Promise<unknown>]>([
    [
      "a file of other bytes",
      /0000004f\.png is damaged/,
      () => writeFile(inBackup(picture), "b picture"),
    ],
    ["a file cut short", /files below/, () => writeFile(inBackup(picture), "a")],
    [
      "a file that is a link",
      /files below/,
      async () => {
        await rename(inBackup(picture), join(folder, "moved"));
        await symlink(join(folder, "moved"), inBackup(picture));
      },
    ],
    [
      "a folder that is a link out of it",
      /leads out of it/,
      async () => {
        await rename(inBackup("assets"), join(folder, "assets"));
        await symlink(join(folder, "assets"), inBackup("assets"));
      },
    ],
    [
      "a secret key that is a link out of it",
      /leads out of it/,
      async () => {
        await rename(inBackup("secret.key"), join(folder, "secret.key"));
        await symlink(join(folder, "secret.key"), inBackup("secret.key"));
      },
    ],
    [
      "another secret key",
      /secret\.key is damaged/,
      () => writeFile(inBackup("secret.key"), "FAKE-SECRET"),
    ],
    ["another list", /files\.sha256 is damaged/, () => appendFile(inBackup("files.sha256"), "\n")],
    ["no list", /files\.sha256 is missing/, () => rm(inBackup("files.sha256"))],
    [
      "a list that leads out of it",
      /line of another form/,
      () => changeList((text) => text.replace("assets/4f/", "assets/../../live/")),
    ],
    ["half a list", /not whole/, () => changeList((text) => text.slice(0, text.indexOf("\n") + 1))],
  ])("is refused with %s, and nothing is left or sent", async (_, message, damage) => {
    await damage();
    for (const files of [target, { kind: "data-folder" } as const]) {
      const bringBack = restore({ from: backup, dataDir, filesOf: () => files });
      await expect(bringBack).rejects.toMatchObject({
        code: "invalid_request",
        message: expect.stringMatching(message),
        detail: { param: "from" },
      });
    }
    expect(existsSync(dataDir)).toBe(false);
    expect(existsSync(`${dataDir}.partial`)).toBe(false);
    expect(await textsIn(target)).toEqual({});
  });

  test("is refused whole when a newer version made it", async () => {
    const { DatabaseSync } = await import("../database/sqlite.ts");
    const file = inBackup("jimeng.db");
    const database = new DatabaseSync(file);
    database.exec("INSERT INTO kysely_migration VALUES ('9999-later', '2030')");
    database.close();
    const manifest = JSON.parse(await readFile(inBackup("backup.json"), "utf8"));
    delete manifest.parts[0].sha256;
    manifest.parts[0].databases["jimeng.db"] = (await stat(file)).size;
    await writeFile(inBackup("backup.json"), JSON.stringify(manifest));
    await expect(restore({ from: backup, dataDir })).rejects.toThrow(
      /was made by a newer version of jimeng \(9999-later\)/,
    );
    expect(existsSync(dataDir)).toBe(false);
  });
});

test("work that waited is over in the copy of real accounts: jobs expire, batches make no more", async () => {
  await backUp({ dataDir: live, to: backup });
  await restore({ from: backup, dataDir });
  const { tables, close } = await openDatabase({ dataDir });
  const jobs = await tables.selectFrom("jobs").select(["id", "start_before"]).execute();
  const expired = jobs.filter(({ start_before: at }) => at !== null).map(({ id }) => id);
  expect(expired).toEqual(["job_waits"]);
  const [batch] = await tables.selectFrom("batches").selectAll().execute();
  expect(batch).toMatchObject({ status: "cancelling" });
  expect(batch?.run_at).toBeLessThanOrEqual(Date.now());
  await close();
});
