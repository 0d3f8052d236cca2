// Every example does what it says: each runs as its reader would run it, against a real simulator (or a gateway before
// one), checks itself, and names results that can be fetched.
import { spawn } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Simulator } from "@jimeng/simulator";
import { createSimulator } from "@jimeng/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Process, fakeSession, root, scratchFolder, startGateway } from "./e2e/processes.ts";

const folder = join(root, "examples");
const helpers = new Set(["account.ts", "scripted-model.ts"]);
const sources = pathToFileURL(join(root, "scripts/workspace-sources.mjs")).href;
const longest = 40;

/** What an example's output must show: how many results, and a line of its own where it prints one. */
const examples: Record<string, { results: number; says?: RegExp }> = {
  "ai-sdk-route-handler.ts": { results: 1 },
  "ai-sdk-video-in-another-process.ts": { results: 1 },
  "credits-and-account.ts": { results: 0, says: /^66 claimed$/m },
  "curl.sh": { results: 1, says: /\.mp4$/m },
  "image-sequence.ts": { results: 5 },
  "image-to-image.ts": { results: 4 },
  "interpolate-own-video.ts": { results: 1 },
  "interpolate-video.ts": { results: 1 },
  "mcp-agent-loop.ts": { results: 1 },
  "mcp-over-http.ts": { results: 2 },
  "music.ts": { results: 2 },
  "openai-client.ts": { results: 2 },
  "outpaint-image.ts": { results: 2 },
  "quick-start-images.ts": { results: 4, says: /^生成的图片URL:/ },
  "quick-start-video.ts": { results: 1, says: /^生成的视频URL:/ },
  "refine-image.ts": { results: 1 },
  "resume-in-another-process.ts": { results: 1 },
  "several-images.ts": { results: 3 },
  "several-references.ts": { results: 2 },
  "speech.ts": { results: 0, says: /^\d+ bytes by .+\.mp3$/m },
  "text-to-image.ts": { results: 1, says: /^2560x1440 / },
  "text-to-video.ts": { results: 1 },
  "upscale-image.ts": { results: 2 },
  "video-from-first-and-last-frame.ts": { results: 1 },
  "video-from-first-frame.ts": { results: 1 },
  "video-from-several-frames.ts": { results: 1 },
  "video-with-omni-references.ts": { results: 1 },
  "video-with-subjects.ts": { results: 1 },
  "webhook-receiver.ts": { results: 1 },
};

const programs = readdirSync(folder).filter(
  (name) => /\.(ts|sh)$/.test(name) && !helpers.has(name),
);

test("every example is run by this file and is shorter than 40 lines", () => {
  expect(programs.toSorted()).toEqual(Object.keys(examples).toSorted());
  const lines = (name: string): number =>
    readFileSync(join(folder, name), "utf8").split("\n").length;
  expect(programs.filter((name) => lines(name) > longest)).toEqual([]);
});

test("the examples' README names every one of them", () => {
  const text = readFileSync(join(folder, "README.md"), "utf8");
  expect(programs.filter((name) => !text.includes(`](${name})`))).toEqual([]);
});

describe.concurrent("the example", () => {
  const data = scratchFolder();
  let simulator: Simulator;
  let gateway: Process;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    simulator = await createSimulator({
      media: "blank",
      timing: { imageMs: 200, videoMs: 200, visibleAfterMs: 0 },
    });
    const hosts = {
      JIMENG_BASE_URL: simulator.url,
      JIMENG_IMAGEX_URL: simulator.url,
      JIMENG_VOD_URL: simulator.url,
    };
    gateway = await startGateway(
      data.path,
      { JIMENG_SESSIONS: fakeSession, JIMENG_ALLOW_PRIVATE_WEBHOOKS: "true", ...hosts },
      { simulated: false },
    );
    environment = {
      ...process.env,
      ...hosts,
      GATEWAY_URL: gateway.url,
      OPENAI_BASE_URL: `${gateway.url}/v1`,
      TMPDIR: data.path,
    };
  });

  afterAll(async () => {
    await gateway?.stop();
    await simulator?.close();
    data.remove();
  });

  test.each(Object.entries(examples))("%s", async (name, { results, says }) => {
    const { code, stdout, stderr } = await run(name);
    expect(code, stderr).toBe(0);
    const urls = [...stdout.matchAll(/https?:\/\/[^\s'"\\]+/g)].map(([url]) => url);
    // A series may be longer than asked; nothing else may.
    if (name === "image-sequence.ts") expect(urls.length).toBeGreaterThanOrEqual(results);
    else expect(urls).toHaveLength(results);
    if (says !== undefined) expect(stdout).toMatch(says);
    for (const url of urls) await expectMedia(url);
    const file = /^\/.*\.mp4$/m.exec(stdout)?.[0];
    if (name === "curl.sh") expect(statSync(file ?? "").size).toBeGreaterThan(0);
  });

  function run(name: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const file = join(folder, name);
    // An account each: one that counts its credits must not see what the others spend.
    const env = { ...environment, JIMENG_SESSION: `fake${name.replaceAll(/\W/g, "0")}` };
    const child = name.endsWith(".sh")
      ? spawn("sh", [file], { env })
      : spawn(process.execPath, ["--import", sources, file], { env });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    return new Promise((resolve) =>
      child.once("close", (code) => resolve({ code, stdout, stderr })),
    );
  }

  async function expectMedia(url: string): Promise<void> {
    const response = await fetch(url);
    expect(response.status, url).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^(image|video|audio)\//);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
  }
});
