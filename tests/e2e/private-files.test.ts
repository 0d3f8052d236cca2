// Everything below the data folder can be read by its owner only, whatever the umask is and whatever the folder was.
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Process, postJson, runCommand, scratchFolder, startGateway } from "./processes.ts";

/** Lists what others than the owner may read, write or enter below a folder, as `path mode`. */
function openToOthers(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => (statSync(path).mode & 0o077) !== 0)
    .map((path) => `${path.slice(folder.length)} ${(statSync(path).mode & 0o777).toString(8)}`);
}

test.skipIf(process.platform === "win32")(
  "a data folder that was there, with a umask of 000, holds nothing that others can read, nor does its backup",
  async () => {
    const data = scratchFolder();
    const elsewhere = scratchFolder();
    let gateway: Process | undefined;
    try {
      chmodSync(data.path, 0o755);
      // What an older version left behind.
      mkdirSync(join(data.path, "simulator/assets/01"), { recursive: true, mode: 0o755 });
      const environment = { JIMENG_TEST_UMASK: "000", JIMENG_DATA_DIR: data.path };
      gateway = await startGateway(data.path, environment);
      const picture = await postJson(`${gateway.url}/v1/images/generations`, {
        prompt: "a cat",
        n: 1,
      });
      expect(picture.status).toBe(200);
      const upload = new FormData();
      upload.set("purpose", "vision");
      const { body } = await postJson(`${gateway.url}/v1/images/generations`, {
        prompt: "a cat again",
        n: 1,
        response_format: "b64_json",
      });
      upload.set("file", new Blob([Buffer.from(body.data[0].b64_json, "base64")]), "cat.png");
      const sent = await fetch(`${gateway.url}/v1/files`, { method: "POST", body: upload });
      expect(sent.status).toBe(200);
      const below = join(data.path, "simulator");
      expect(readdirSync(join(below, "assets"), { recursive: true }).length).toBeGreaterThan(2);
      // The simulator's own records lie in a folder that nobody else can enter.
      const found = openToOthers(below).filter((line) => !line.startsWith("/upstream/"));
      expect(found.filter((line) => !line.startsWith("/assets/01 "))).toEqual([]);
      const copy = join(elsewhere.path, "backup");
      const backup = await runCommand(["backup", "--to", copy, "--with-assets"], environment);
      expect(backup.code, backup.output).toBe(0);
      const isOld = (line: string) => line.startsWith("/simulator/assets/01 ");
      expect(openToOthers(copy).filter((line) => !isOld(line))).toEqual([]);
      const restored = join(elsewhere.path, "restored");
      const restore = await runCommand(["restore", "--from", copy], {
        ...environment,
        JIMENG_DATA_DIR: restored,
      });
      expect(restore.code, restore.output).toBe(0);
      expect(openToOthers(restored)).toEqual([]);
    } finally {
      await gateway?.stop();
      data.remove();
      elsewhere.remove();
    }
  },
);

test.skipIf(process.platform === "win32")(
  "secrets that were made with a umask of 000 are named at start with the command that closes them, and never shown",
  async () => {
    const data = scratchFolder();
    const secrets = scratchFolder();
    let gateway: Process | undefined;
    try {
      const sessions = join(secrets.path, "sessions");
      const keys = join(secrets.path, "api keys");
      const secretKey = join(secrets.path, "secret-key");
      writeFileSync(sessions, "mine=e2e0loose0session0e2e0loose0session\n");
      writeFileSync(keys, "me=obviously-fake-key-that-is-loose\n");
      writeFileSync(secretKey, "obviously-fake-secret-that-is-loose\n");
      writeFileSync(join(data.path, "secret.key"), "obviously-fake-secret-of-the-folder");
      chmodSync(sessions, 0o644);
      chmodSync(keys, 0o666);
      chmodSync(secretKey, 0o600);
      chmodSync(secrets.path, 0o777);
      chmodSync(join(data.path, "secret.key"), 0o640);
      const environment = {
        JIMENG_TEST_UMASK: "000",
        JIMENG_SESSIONS_FILE: sessions,
        JIMENG_API_KEYS_FILE: keys,
        JIMENG_SECRET_KEY_FILE: secretKey,
        JIMENG_BASE_URL: "http://127.0.0.1:1",
      };
      gateway = await startGateway(data.path, environment, { simulated: false });
      const warnings = gateway
        .output()
        .split("\n")
        .filter((line) => line.includes("with secrets is open"))
        .map((line) => JSON.parse(line) as { setting: string; path: string; fix: string });
      expect(warnings).toMatchObject([
        { setting: "JIMENG_SESSIONS_FILE", path: sessions, fix: `chmod 600 ${sessions}` },
        { path: secrets.path, fix: `chmod go-w ${secrets.path}` },
        { setting: "JIMENG_API_KEYS_FILE", path: keys, fix: `chmod 600 '${keys}'` },
        { setting: "JIMENG_DATA_DIR", path: join(data.path, "secret.key") },
      ]);
      expect(gateway.output()).not.toMatch(/loose0session|fake-key|fake-secret/);
      await gateway.stop();
      for (const file of [sessions, keys, join(data.path, "secret.key")]) chmodSync(file, 0o600);
      chmodSync(secrets.path, 0o700);
      gateway = await startGateway(data.path, environment, { simulated: false });
      expect(gateway.output()).not.toContain("with secrets");
    } finally {
      await gateway?.stop();
      data.remove();
      secrets.remove();
    }
  },
);
