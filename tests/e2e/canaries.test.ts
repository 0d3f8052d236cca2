// The proof that what is put into a gateway as a secret comes out nowhere: answers, log, metrics, audit log, doctor, and
// every byte on disk, where it is encrypted.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { canarySettings, found, playCanaries, promptCanary } from "./canaries.ts";
import type { Played } from "./canaries.ts";
import { scratchFolder, startGateway, startSimulator } from "./processes.ts";
import type { Process } from "./processes.ts";

const folders = [scratchFolder(), scratchFolder()];
const [data, upstream] = folders.map(({ path }) => path) as [string, string];
let simulator: Process;
let gateway: Process;
let played: Played;

beforeAll(async () => {
  simulator = await startSimulator(upstream, ["--media", "blank", "--image-seconds", "0.2"]);
  const environment = { ...canarySettings, JIMENG_BASE_URL: simulator.url };
  gateway = await startGateway(data, environment, { simulated: false });
  const file = JSON.parse(readFileSync(join(data, "gateway.json"), "utf8")) as {
    admin_key: string;
  };
  played = await playCanaries(gateway, file.admin_key, { ...environment, JIMENG_DATA_DIR: data });
}, 60_000);

afterAll(async () => {
  await gateway?.stop();
  await simulator?.stop();
  for (const folder of folders) folder.remove();
});

test("no canary stands in an answer, a header, an error or the report of doctor", () => {
  expect(played.answers.length).toBeGreaterThan(15);
  for (const answer of played.answers) expect(found(answer, played), answer).toEqual([]);
  // The scene did what it says: a picture was made from the signed reference.
  expect(played.answers.filter((answer) => answer.startsWith("/v1/images/edits"))[0]).toContain(
    '"data":[{"url"',
  );
});

test("no canary stands in the log of gateway and simulator, at the most talkative level", () => {
  expect(gateway.output()).toContain("request completed");
  expect(found(gateway.output(), played)).toEqual([]);
  expect(found(simulator.output(), played)).toEqual([]);
});

test("no canary stands in a byte on disk", async () => {
  // A running gateway makes and removes files.
  await gateway.stop();
  const files = [data, upstream]
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  expect(files.some((file) => file.endsWith("jimeng.db"))).toBe(true);
  for (const file of files) expect(found(readFileSync(file, "latin1"), played), file).toEqual([]);
});

test("a prompt stands in no log, metric, account, key, entry of the audit log or report", () => {
  expect(gateway.output()).not.toContain(promptCanary);
  for (const text of played.withoutPrompts) expect(text).not.toContain(promptCanary);
});
