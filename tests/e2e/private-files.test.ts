// Everything below the data folder can be read by its owner only, whatever the umask is and whatever the folder was.
import { chmodSync, mkdirSync, readdirSync, statSync } from "node:fs";
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
      const copy = join(data.path, "backup");
      const backup = await runCommand(["backup", "--to", copy, "--with-assets"], {
        ...environment,
        JIMENG_SIMULATE: "true",
      });
      expect(backup.code, backup.output).toBe(0);
      expect(openToOthers(copy).filter((line) => !line.startsWith("/assets/01 "))).toEqual([]);
    } finally {
      await gateway?.stop();
      data.remove();
    }
  },
);
