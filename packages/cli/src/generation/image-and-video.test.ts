// Tests the main paths with the real command, a running gateway and the simulator, over real HTTP.

import { readFile, readdir, stat } from "node:fs/promises";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { runHere } from "../testing/in-process.ts";
import { startServicesForTests } from "../testing/services.ts";

const services = await startServicesForTests();

const run = (...words: string[]) => runHere(services.place, words);
const lines = (text: string) => text.split("\n").filter((line) => line !== "");
const absolute = (file: string) => path.resolve(services.place.folder, file);

async function pngSize(file: string): Promise<string> {
  const bytes = await readFile(absolute(file));
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
}

describe("jimeng image", () => {
  test("saves pictures of exactly the asked size and prints only their paths on stdout", async () => {
    const { code, stdout, stderr } = await services.place.run([
      "image",
      "一只可爱的猫咪在花园里玩耍",
      "--ratio",
      "16:9",
      "--count",
      "2",
    ]);
    expect(code, stderr).toBe(0);
    const files = lines(stdout);
    expect(files).toHaveLength(2);
    expect(files[0]).toMatch(/^\.\/一只可爱的猫咪在花园里玩耍-job_[\w-]+-1\.png$/);
    expect(files[1]).toMatch(/^\.\/一只可爱的猫咪在花园里玩耍-job_[\w-]+-2\.png$/);
    expect(await Promise.all(files.map(pngSize))).toEqual(["2560x1440", "2560x1440"]);
    expect(stderr).toMatch(/^job job_/m);
  });

  test("makes as many as the same words make over HTTP when no number is given", async () => {
    const { code, stdout } = await run("image", "a cat", "--resolution", "1k", "--output", "one");
    expect(code).toBe(0);
    const answer = await fetch(`${services.url}/v1/images/generations`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "jimeng-4.0", prompt: "a cat", resolution: "1k" }),
    });
    const { data } = (await answer.json()) as { data: unknown[] };
    expect(lines(stdout)).toHaveLength(data.length);
    expect(await readdir(absolute("one"))).toHaveLength(1);
  });

  test("names the files as asked, in folders of their own where the names have some", async () => {
    const { code, stdout, stderr } = await run(
      ..."image lake --count 2 --resolution 1k --output pictures/{prompt}/{index}-{job}.{ext}".split(
        " ",
      ),
    );
    expect(code, stderr).toBe(0);
    for (const [index, file] of lines(stdout).entries()) {
      expect(file).toMatch(new RegExp(`^\\./pictures/lake/${index + 1}-job_[\\w-]+\\.png$`));
      await pngSize(file);
    }
    const wrong = await run("image", "lake", "--output", "{name}.png");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("{name} is no part of a file's name");
  });

  test("saves pictures in the format that is asked for", async () => {
    const { code, stdout, stderr } = await run(
      ..."image lake --resolution 1k --output converted --format jpeg".split(" "),
    );
    expect(code, stderr).toBe(0);
    const [file = ""] = lines(stdout);
    expect(file).toMatch(/\.jpg$/);
    expect((await readFile(absolute(file))).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
    expect((await run("image", "lake", "--format", "gif")).code).toBe(2);
  });

  test("prints one JSON object with the job and its files, and nothing else, with --json", async () => {
    const { code, stdout } = await run(
      ..."image lake --count 1 --seed 7 --negative people --json --output new/deep".split(" "),
    );
    expect(code).toBe(0);
    expect(lines(stdout)).toHaveLength(1);
    const job = JSON.parse(stdout);
    expect(job).toMatchObject({
      object: "job",
      status: "completed",
      model: "jimeng-4.0",
      request: { prompt: "lake", seed: 7, negative_prompt: "people", count: 1 },
    });
    expect(job.files).toHaveLength(1);
    expect((await stat(job.files[0])).size).toBe(job.result.assets[0].bytes);
  });

  test("splits more pictures than one start makes and prints them as one list", async () => {
    const { code, stdout } = await run(
      "image",
      "many",
      "--count",
      "9",
      "--resolution",
      "1k",
      "--json",
      "--output",
      "nine",
    );
    expect(code).toBe(0);
    const list = JSON.parse(stdout);
    expect(list).toMatchObject({ object: "list" });
    expect(list.data).toHaveLength(2);
    expect(list.files).toHaveLength(9);
  });

  test("warns when the size asked for is not one that can be made", async () => {
    const { code, stderr } = await run(
      "image",
      "lake",
      "--size",
      "1000x999",
      "--count",
      "1",
      "--output",
      "sized",
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: /m);
  });

  test("uses the address and key given instead of looking for a gateway", async () => {
    const away = { JIMENG_DATA_DIR: absolute("elsewhere"), JIMENG_URL: services.url };
    const { code, stdout } = await services.place.run(["jobs", "--json"], away);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).object).toBe("list");
    await expect(stat(absolute("elsewhere"))).rejects.toThrow("ENOENT");
  });
});

describe("jimeng video", () => {
  test("saves an MP4 and prints its path", async () => {
    const { code, stdout, stderr } = await services.place.run([
      "video",
      "夕阳下的海滩",
      "--seconds",
      "5",
      "--ratio",
      "9:16",
    ]);
    expect(code, stderr).toBe(0);
    const [file = ""] = lines(stdout);
    expect(file).toMatch(/^\.\/夕阳下的海滩-job_[\w-]+-1\.mp4$/);
    expect((await readFile(absolute(file))).subarray(4, 8).toString()).toBe("ftyp");
  });
});

describe("jimeng jobs", () => {
  test("finds a job again that nobody waited for, saves its file once, and says that its cost is not settled yet", async () => {
    const started = await run("image", "patience", "--count", "1", "--no-wait");
    expect(started.code).toBe(0);
    const [id = ""] = lines(started.stdout);
    expect(started.stderr).toContain(`jimeng jobs wait ${id}`);

    const waited = await run("jobs", "wait", id, "--output", "later");
    expect(waited.code).toBe(0);
    expect(waited.stderr).toMatch(/^completed, .*not settled yet$/m);
    expect(lines(waited.stdout)).toEqual([`./later/patience-${id}-1.png`]);
    const again = await run("jobs", "wait", id, "--output", "later");
    expect(again.stdout).toBe(waited.stdout);
    expect(await readdir(absolute("later"))).toHaveLength(1);

    const shown = await run("jobs", "show", id);
    expect(shown.stdout).toMatch(/^state +completed$/m);
    expect(shown.stdout).toMatch(/^prompt +patience$/m);
    expect(shown.stdout).toMatch(/^money +.*not settled yet$/m);

    const cost = await run("jobs", "cost", id);
    expect(cost.stdout).toMatch(/^money +not settled yet: /m);
    const listed = await run("jobs", "cost");
    expect(listed.stdout).toMatch(new RegExp(`^${id} .*not settled yet`, "m"));
    const json = JSON.parse((await run("jobs", "cost", id, "--json")).stdout) as object;
    expect(json).toMatchObject({ id, charged: null, state: "not_settled", settled_at: null });

    const cancelled = await run("jobs", "cancel", id);
    expect(cancelled).toMatchObject({ code: 2, stdout: "" });
    expect(cancelled.stderr).toMatch(/^error: /);
  });

  test("asks once more for what an ended job asked for, and looks again only for open ends", async () => {
    const started = await run("image", "patience", "--count", "1", "--json");
    const { id } = JSON.parse(started.stdout) as { id: string };
    const retried = await run("jobs", "retry", id, "--json");
    expect(retried.code, retried.stderr).toBe(0);
    const job = JSON.parse(retried.stdout) as { id: string };
    expect(job).toMatchObject({ status: "queued", retry_of: id, request: { prompt: "patience" } });
    expect((await run("jobs", "wait", job.id, "--output", "again")).code).toBe(0);
    expect((await run("jobs", "show", job.id)).stdout).toMatch(new RegExp(`^repeats +${id}$`, "m"));
    const rechecked = await run("jobs", "recheck", id);
    expect(rechecked).toMatchObject({ code: 2, stdout: "" });
    expect(rechecked.stderr).toContain("end is known");
  });

  test("lists the newest first, narrowed by kind and state", async () => {
    const videos = await run("jobs", "--kind", "video", "--json");
    expect(JSON.parse(videos.stdout).data.map((job: { kind: string }) => job.kind)).toEqual([
      "video",
    ]);
    const table = await run("jobs", "list", "--status", "completed", "--limit", "1");
    expect(lines(table.stdout)).toHaveLength(2);
    expect(lines(table.stdout)[0]).toMatch(/^id +kind +state +money +made +prompt$/);
    expect((await run("jobs", "--status", "failed")).stderr).toBe("no jobs\n");
  });

  test("does not know a job that never was", async () => {
    const { code, stdout, stderr } = await services.place.run([
      ..."jobs show job_of_nobody --json".split(" "),
    ]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error.code).toBe("not_found");
    expect(stderr).toMatch(/^error: /);
  });
});

describe("jimeng models", () => {
  test("lists what each model can do, and JSON for programs", async () => {
    const table = await run("models", "--kind", "video");
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/^jimeng-video-3\.0 +video +.*cn.* s$/m);
    expect(table.stdout).not.toContain(" image ");
    const list = JSON.parse((await run("models", "--json")).stdout);
    expect(list.data.map((model: { id: string }) => model.id)).toContain("jimeng-4.0");
  });

  test("tells of each fact from where it is known and how old it is", async () => {
    const table = await run("models", "jimeng-video-seedance-2.0-mini");
    expect(table.code, table.stderr).toBe(0);
    expect(table.stdout).toMatch(/^status +live +live cn +\d+ min$/m);
    expect(table.stdout).toMatch(/^max_prompt_length +\d* +built-in +\d+ days$/m);
    expect((await run("models", "nobody")).code).toBe(2);
  });

  test("tells what the site's list says otherwise than the built-in table", async () => {
    const changes = await run("models", "--diff");
    expect(changes.code, changes.stderr).toBe(0);
    const list = JSON.parse((await run("models", "--diff", "--json")).stdout);
    const lines = list.data.flatMap((model: { id: string; jimeng: { changes: object[] } }) =>
      model.jimeng.changes.map(() => model.id),
    );
    expect(
      changes.stdout.split("\n").filter((line) => /^(appeared|gone|benefit changed) /.test(line)),
    ).toHaveLength(lines.length);
  });
});
