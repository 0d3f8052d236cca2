// Tests the tools and the estimate with the real command, a running gateway and the simulator, over real HTTP.

import { copyFile, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { beforeAll, describe, expect, test } from "vitest";

import { runHere } from "../testing/in-process.ts";
import { startServicesForTests } from "../testing/services.ts";

const { place, simulator } = await startServicesForTests();

const run = (...words: string[]) => runHere(place, words);
const linesOf = (text: string) => text.split("\n").filter((line) => line !== "");
const absolute = (file: string) => path.resolve(place.folder, file);
const picture = fileURLToPath(new URL("../../../../docs/images/picture.png", import.meta.url));

async function headOf(file: string): Promise<string> {
  return (await readFile(absolute(file))).subarray(0, 12).toString("latin1");
}

interface Made {
  id: string;
  files: string[];
  tool: string | null;
  model: string;
  result: { assets: { id: string }[] };
}

/** Makes something with `--json` and returns the job with its files. */
async function make(...words: string[]): Promise<Made> {
  const { code, stdout, stderr } = await run(...words, "--json");
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Made;
}

let twoPictures: Made;

beforeAll(async () => {
  await copyFile(picture, absolute("cat.png"));
  twoPictures = await make("image", "two lakes", "--count", "2");
});

describe("jimeng upscale", () => {
  test("uploads a file of this machine, saves the larger picture and prints its path", async () => {
    const { code, stdout, stderr } = await run("upscale", "cat.png", "--output", "large.png");
    expect(code, stderr).toBe(0);
    expect(stdout).toBe("./large.png\n");
    expect(await headOf("large.png")).toContain("PNG");
    expect(stderr).toMatch(/^job job_/m);
    expect(stderr).toMatch(/^completed, /m);
  });

  test("takes the id of a result and of a job, and smart HD with its strengths", async () => {
    const [, second] = twoPictures.result.assets;
    const smart = await make(
      ...["upscale", second!.id, "--mode", "smart", "--original", "0.4", "--detail", ".5"],
    );
    expect(smart).toMatchObject({
      tool: "smart_hd",
      request: { resolution: "2k", options: { original_strength: 0.4, detail_strength: 0.5 } },
    });
    expect(smart.files).toHaveLength(1);
    expect(await make("upscale", `${twoPictures.id}#2`)).toMatchObject({ tool: "hd" });
  });

  test("tells what it does not take, and starts nothing", async () => {
    const before = simulator.acceptedStarts().length;
    const missing = await run("upscale", "nope.png");
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain("there is no file nope.png (source)");
    expect(missing.stderr).toMatch(/^charged: no/m);
    const wrong = await run("upscale", "cat.png", "--detail", "1.5");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("--detail 1.5: it takes a number from 0 to 1");
    const unknown = await run("upscale", "job_of_nobody");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/^charged: no/m);
    const dear = await run("upscale", "cat.png", "--mode", "smart", "--max-credits", "0");
    expect(dear.code).toBe(4);
    expect(simulator.acceptedStarts()).toHaveLength(before);
  });

  test("leaves at once with --no-wait, and jobs wait saves the picture", async () => {
    const left = await run("upscale", "cat.png", "--no-wait");
    expect(left.code, left.stderr).toBe(0);
    const [id = ""] = linesOf(left.stdout);
    expect(left.stderr).toContain(`jimeng jobs wait ${id}`);
    const waited = await run("jobs", "wait", id, "--output", "later");
    expect(linesOf(waited.stdout)).toEqual([`./later/jimeng-${id}-1.png`]);
  });
});

describe("jimeng outpaint", () => {
  test("saves as many pictures as were asked for", async () => {
    const made = await make("outpaint", "cat.png", "--left", "0.5", "--count", "2");
    expect(made).toMatchObject({
      tool: "outpaint",
      request: { count: 2, options: { left: 0.5, top: 0 } },
    });
    expect(made.files).toHaveLength(2);
    expect(new Set(made.files).size).toBe(2);
  });
});

describe("jimeng refine", () => {
  test("repairs a picture made here, and says what to do for any other", async () => {
    const made = await make("refine", twoPictures.id);
    expect(made).toMatchObject({ tool: "detail_fix" });
    expect(made.files).toHaveLength(1);
    const other = await run("refine", "cat.png");
    expect(other.code).toBe(2);
    expect(other.stderr).toContain("finished pictures of the account only");
    expect(other.stderr).toMatch(/^fix: Name a result/m);
    expect(other.stderr).toMatch(/^charged: no/m);
  });
});

describe("jimeng interpolate", () => {
  test("makes more frames of a video made here and of a saved one", async () => {
    const video = await make("video", "waves");
    const again = await make("interpolate", video.id);
    expect(again).toMatchObject({ kind: "video", tool: "frame_interpolation" });
    expect(await headOf(again.files[0]!)).toContain("ftyp");
    const { code, stdout, stderr } = await run("interpolate", video.files[0]!);
    expect(code, stderr).toBe(0);
    expect(linesOf(stdout)[0]).toMatch(/\.mp4$/);
  });
});

describe("jimeng music", () => {
  test("saves a piece of music under its prompt, and a song with its words", async () => {
    const { code, stdout, stderr } = await run("music", "雨后的清晨", "--seconds", "30");
    expect(code, stderr).toBe(0);
    const [file = ""] = linesOf(stdout);
    expect(file).toMatch(/^\.\/雨后的清晨-job_[\w-]+-1\.(mp3|wav)$/);
    const song = await make(
      ...["music", "folk", "--lyrics", "rain\nsun", "--title", "Morning", "--tag", "calm"],
    );
    expect(song).toMatchObject({
      kind: "audio",
      tool: "music",
      request: { prompt: "folk", options: { title: "Morning", vocals: true, tags: ["calm"] } },
    });
    expect(await make("music", "folk", "--no-vocals")).toMatchObject({
      request: { options: { vocals: false } },
    });
    expect((await run("music", "too", "many")).stderr).toContain("put a prompt in quotes");
  });
});

describe("jimeng speak", () => {
  test("saves the sound under the beginning of its text, with a voice by its title or its id", async () => {
    const { data } = JSON.parse((await run("voices", "--json")).stdout) as {
      data: { id: string; title: string }[];
    };
    const { id, title } = data[0]!;
    const table = await run("voices");
    expect(linesOf(table.stdout)).toHaveLength(data.length + 1);
    expect(table.stdout).toMatch(/^id +title$/m);
    const spoken = await run("speak", "你好，世界", "--voice", title, "--pitch", "-2");
    expect(spoken.code, spoken.stderr).toBe(0);
    expect(linesOf(spoken.stdout)[0]).toMatch(/^\.\/你好-世界-job_[\w-]+-1\.mp3$/);
    expect(await make("speak", "again", "--voice", id)).toMatchObject({
      kind: "audio",
      tool: "speech",
      request: { prompt: "again" },
    });
    expect((await run("jobs", "--kind", "audio")).stdout).toContain("again");
  });

  test("needs a voice, and names some where none has the title", async () => {
    const without = await run("speak", "hello");
    expect(without.code).toBe(2);
    expect(without.stderr).toContain("--voice must be given");
    const unknown = await run("speak", "hello", "--voice", "nobody");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('There is no voice "nobody"');
    expect(unknown.stderr).toMatch(/^charged: no/m);
  });
});

describe("jimeng estimate", () => {
  test("tells credits and their source, and starts nothing", async () => {
    const before = simulator.acceptedStarts().length;
    const table = await run("estimate", "image", "a lake", "--ref", "cat.png");
    expect(table.code, table.stderr).toBe(0);
    expect(table.stdout).toMatch(/^model +resolution +count +seconds +credits +source$/m);
    expect(table.stdout).toMatch(/^jimeng-4\.0 +2k +1 /m);
    expect(table.stdout).toMatch(/credits? expected$|the price is not known$/m);
    const json = await run("estimate", "video", "a sea", "--seconds", "5", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({
      object: "estimate",
      jobs: [{ kind: "video", model: "jimeng-video-3.0", duration_seconds: 5 }],
    });
    expect(simulator.acceptedStarts()).toHaveLength(before);
  });

  test("counts one picture where no number is given, as the command makes one", async () => {
    const { stdout } = await run("estimate", "image", "a lake", "--size", "1024x1024", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ jobs: [{ count: 1, resolution: "1k" }] });
    const wrong = await run("estimate", "image", "a lake", "--size", "large");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("a width and a height in pixels");
  });

  test("says which ceiling would refuse it", async () => {
    const { code, stderr } = await run("estimate", "video", "a sea", "--max-credits", "0");
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^warning: it would be refused: /m);
  });
});

describe("the help", () => {
  test.each([
    "upscale",
    "outpaint",
    "refine",
    "interpolate",
    "music",
    "speak",
    "voices",
    "estimate",
  ])("of %s is there in both languages", async (command) => {
    const english = await place.run([command, "--help"]);
    const chinese = await place.run([command, "--help"], { LANG: "zh_CN.UTF-8" });
    expect([english.code, chinese.code]).toEqual([0, 0]);
    expect(english.stdout).toContain("Usage:");
    expect(chinese.stdout).toMatch(/用法：/);
  });
});
