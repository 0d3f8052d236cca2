// Tests that scripts of the site's own CLI find their commands, options and answers here.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { runHere } from "../../testing/in-process.ts";
import { startServicesForTests } from "../../testing/services.ts";
import { toImageModel, toVideoModel } from "./models.ts";
import type { TaskDocument } from "./documents.ts";

const { place } = await startServicesForTests();
const folder = mkdtempSync(join(tmpdir(), "jimeng-dreamina-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...words: string[]): Promise<TaskDocument> {
  const { code, stdout, stderr } = await runHere(place, words);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as TaskDocument;
}

describe("the commands", () => {
  test("submit, query with the id, and download", async () => {
    const submitted = await run(
      ...["text2image", "--prompt=a fox", "--ratio=16:9", "--resolution_type=2k"],
      ...["--model_version=4.0", "--generate_num=2", "--poll=0"],
    );
    expect(submitted.gen_status).toBe("querying");
    expect(submitted.submit_id).toMatch(/^job_/);
    const waited = await run("text2image", "--prompt=a wolf", "--poll=15");
    expect(waited).toMatchObject({
      gen_status: "success",
      result_json: { images: [{ image_url: expect.stringMatching(/^http/), width: 2048 }] },
      queue_info: { queue_status: "Finish" },
    });
    const [id, where] = [`--submit_id=${waited.submit_id}`, `--download_dir=${folder}`];
    const queried = await run("query_result", id, where);
    expect(queried.result_json?.images).toMatchObject([
      { path: join(folder, readdirSync(folder)[0] ?? "") },
    ]);
    const { stdout } = await runHere(place, ["list_task", "--limit=5", "--gen_status=success"]);
    const listed = JSON.parse(stdout) as TaskDocument[];
    expect(listed.map((task) => task.submit_id)).toContain(waited.submit_id);
  });

  test("tell the credits, and what is missing", async () => {
    expect(await run("user_credit")).toMatchObject({ total_credit: expect.any(Number) });
    const { code, stderr } = await runHere(place, ["image2video", "--prompt=waves"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("--image")]);
  });
});

test("versions are found among our models", () => {
  expect(["5.0", "4.6", "jimeng-3.1", undefined].map(toImageModel)).toEqual([
    "jimeng-5.0",
    "jimeng-4.6",
    "jimeng-3.1",
    "jimeng-4.0",
  ]);
  expect(
    ["seedance2.0fast_vip", "seedance2.0", "3.5pro", "3.0", "wan-3.0"].map(toVideoModel),
  ).toEqual([
    "jimeng-video-seedance-2.0-fast-vip",
    "jimeng-video-seedance-2.0",
    "jimeng-video-3.5-pro",
    "jimeng-video-3.0",
    "wan-3.0",
  ]);
});
