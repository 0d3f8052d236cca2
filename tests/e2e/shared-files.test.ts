// The promise that files kept on S3 or in a shared folder work like those in the data folder: the real command, a real
// S3-compatible server, the simulator as upstream.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createCanvas } from "@napi-rs/canvas";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  s3Credentials,
  type S3Server,
  startS3Server,
} from "../../packages/gateway/src/testing/s3-server.ts";
import { tellNotRun } from "../not-run.ts";
import {
  fakeSession,
  getJson,
  postJson,
  type Process,
  scratchFolder,
  startGateway,
  startSimulator,
  until,
} from "./processes.ts";

// Another file system than the temporary folder's: a file cannot be renamed into it.
const memoryDisk = "/dev/shm";
const hasMemoryDisk = existsSync(memoryDisk);
if (!hasMemoryDisk) tellNotRun("files in a shared folder on another disk", "no /dev/shm here");

const cleanups: Array<() => unknown> = [];
let simulator: Process;
let s3: S3Server;
let folder: string;

beforeAll(async () => {
  const scratch = scratchFolder();
  folder = scratch.path;
  cleanups.push(scratch.remove);
  simulator = await startSimulator(join(folder, "simulator"), [
    ...["--media", "blank", "--image-seconds", "1.5"],
  ]);
  cleanups.push(() => simulator.kill());
  s3 = await startS3Server();
  cleanups.push(() => s3.remove());
});
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function start(name: string, assetsUrl: string): Promise<Process> {
  const environment = {
    ...s3Credentials,
    JIMENG_SESSIONS: `mine=${fakeSession}`,
    JIMENG_BASE_URL: simulator.url,
    ASSETS_URL: assetsUrl,
  };
  const gateway = await startGateway(join(folder, name), environment, { simulated: false });
  cleanups.push(() => gateway.kill());
  return gateway;
}

/** Names every file below a folder. */
function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

interface Made {
  url: string;
  size: number;
}

async function make(gateway: Process): Promise<Made> {
  const made = await postJson(`${gateway.url}/v1/images/generations`, { prompt: "a red bridge" });
  expect(made.status).toBe(200);
  const url = made.body.data[0].url as string;
  const bytes = await (await fetch(url)).arrayBuffer();
  return { url, size: bytes.byteLength };
}

async function expectWholeService({ url, size }: Made): Promise<void> {
  const head = await fetch(url, { method: "HEAD" });
  expect(head.headers.get("content-length")).toBe(String(size));
  const part = await fetch(url, { headers: { range: "bytes=1-3" } });
  expect(part.status).toBe(206);
  expect(part.headers.get("content-range")).toBe(`bytes 1-3/${size}`);
  expect(await part.text()).toBe("PNG");
  const end = await fetch(url, { headers: { range: "bytes=-5" } });
  expect((await end.arrayBuffer()).byteLength).toBe(5);
  expect((await fetch(url, { headers: { range: `bytes=${size}-` } })).status).toBe(416);
  const etag = head.headers.get("etag")!;
  expect((await fetch(url, { headers: { "if-none-match": etag } })).status).toBe(304);
}

const places = [
  { name: "on S3", isHere: true, place: () => s3.url("e2e") },
  {
    name: "in a shared folder on another disk",
    isHere: hasMemoryDisk,
    place: () => {
      const shared = mkdtempSync(join(memoryDisk, "jimeng-e2e-"));
      cleanups.push(() => rmSync(shared, { recursive: true, force: true }));
      return pathToFileURL(shared).href;
    },
  },
];

describe.each(places)("results $name", ({ name, isHere, place }) => {
  test.runIf(isHere)("are served whole and in part, and leave nothing on the node", async () => {
    const data = name.replaceAll(" ", "-");
    const url = place();
    const gateway = await start(data, url);
    const made = await make(gateway);
    await expectWholeService(made);
    expect(filesBelow(join(folder, data, "assets"))).toEqual([]);
    await gateway.stop();
    const again = await start(data, url);
    await expectWholeService({ ...made, url: made.url.replace(gateway.url, again.url) });
  });
});

describe("references on S3", () => {
  test("reach the upstream byte for byte, and the lent copy is gone afterwards", async () => {
    const gateway = await start("references", s3.url("references"));
    const canvas = createCanvas(320, 240);
    canvas.getContext("2d").fillRect(10, 10, 50, 50);
    const form = new FormData();
    const bytes = canvas.toBuffer("image/png");
    form.append("file", new Blob([new Uint8Array(bytes)], { type: "image/png" }), "a.png");
    const sent = await fetch(`${gateway.url}/v1/files`, { method: "POST", body: form });
    const { id } = (await sent.json()) as { id: string };
    const content = await fetch(`${gateway.url}/v1/files/${id}/content`);
    expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true);
    const edited = await postJson(`${gateway.url}/v1/images/edits`, {
      prompt: "in winter",
      images: [{ file_id: id }],
    });
    expect(edited.status).toBe(200);
    expect(filesBelow(join(folder, "references", "files"))).toEqual([]);
    expect(filesBelow(join(folder, "references", "assets"))).toEqual([]);
  });
});

describe("a storage that goes down while a picture is made", () => {
  test("delays the picture, which is paid once and never lost", async () => {
    const gateway = await start("down", s3.url("down"));
    const ordered = await postJson(
      `${gateway.url}/v1/images/generations`,
      { prompt: "a late picture" },
      { prefer: "respond-async" },
    );
    const job = ordered.body.id as string;
    await s3.down();
    const at = () => getJson(`${gateway.url}/v1/jobs/${job}`);
    await until("a save that failed", () =>
      gateway.output().includes("Task failed, will retry") ? true : undefined,
    );
    expect(await at()).toMatchObject({ status: "in_progress", phase: "saving" });
    await s3.up();
    const done = await until("the picture", async () => {
      const seen = await at();
      return seen.status === "completed" ? seen : undefined;
    });
    expect((await fetch(done.result.assets[0].url)).status).toBe(200);
    const { accepted_starts: starts } = await getJson(
      `${simulator.url}/_simulator/accepted-starts`,
    );
    const paid = (entry: { submit_id: string }) => entry.submit_id === done.upstream.submit_id;
    expect(starts.filter(paid)).toHaveLength(1);
    expect(gateway.output()).not.toContain(s3Credentials.AWS_SECRET_ACCESS_KEY);
  });
});

describe("a setting that cannot work", () => {
  test("stops the start in one line", async () => {
    mkdirSync(join(folder, "wrong"), { recursive: true });
    const starting = start("wrong", s3.url("x", "no-such-bucket"));
    await expect(starting).rejects.toThrow(/ASSETS_URL[^\n]*NoSuchBucket/);
  });
});
