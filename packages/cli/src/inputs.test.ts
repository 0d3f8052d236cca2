// Tests what people really type and set: each gets the right words and exit code, and nothing is started.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { beforeAll, describe, expect, test } from "vitest";

import { runHere } from "./testing/in-process.ts";
import { startServicesForTests } from "./testing/services.ts";

const services = await startServicesForTests();
const { place, simulator } = services;
const run = place.run.bind(place);
const here = (words: readonly string[], environment: Record<string, string> = {}) =>
  runHere(place, words, environment);
const picture = fileURLToPath(new URL("../../../docs/images/picture.png", import.meta.url));
const errorLines = (stderr: string) =>
  stderr.split("\n").filter((line) => line.startsWith("error: "));

beforeAll(async () => {
  await mkdir(path.join(place.folder, "folder.png"));
  await writeFile(path.join(place.folder, "empty.png"), "");
});

describe("a reference that cannot be read", () => {
  test.each([
    ["a path that is not there", "nope.png", "there is no file nope.png"],
    ["a folder", "folder.png", "folder.png is a folder, not a file"],
    ["an empty file", "empty.png", "the file empty.png is empty"],
    ["a device", "/dev/null", "/dev/null is no ordinary file"],
    ["a path of Windows", "C:\\Users\\王\\猫.png", "this is a path of Windows"],
    ["a share of Windows", "\\\\server\\pictures\\猫.png", "this is a path of Windows"],
    [
      "a home that the shell did not expand",
      "~/x.png",
      "~ means your own folder only outside quotes",
    ],
    [
      "a file URL that leads nowhere",
      "file:///nope/猫.png",
      "there is no file file:///nope/猫.png",
    ],
    [
      "a file URL of another machine",
      "file://elsewhere/x.png",
      "not the URL of a file of this machine",
    ],
    ["an address of another kind", "ftp://example.com/x.png", "only http and https URLs can"],
    ["nothing piped in", "-", "the standard input is empty"],
    ["an empty word", "", "--ref is empty"],
  ])("such as %s is told as what it is", async (_, reference, reason) => {
    // Only a process of its own has a standard input that is empty.
    const start = reference === "-" ? run : here;
    const { code, stdout, stderr } = await start(["image", "cat", "--ref", reference]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(errorLines(stderr)).toHaveLength(1);
    expect(stderr).toContain(reason);
    expect(stderr).toContain("nothing was started");
    expect(stderr).not.toMatch(/ERR_|ENOENT|expected/);
    expect(simulator.acceptedStarts()).toEqual([]);
  });

  test("is told for upload, --first and --frame too", async () => {
    for (const words of [
      ["upload", "nope.png"],
      ["video", "sea", "--first", "nope.png"],
      ["video", "sea", "--frame", "nope.png:3", "--frame", "nope.png:3"],
    ]) {
      const { code, stderr } = await here(words);
      expect(code).toBe(2);
      expect(stderr).toContain("there is no file nope.png");
    }
  });
});

describe("a reference from elsewhere", () => {
  test("is a file URL with Chinese characters, or what is piped in", async () => {
    const named = path.join(place.folder, "小 猫.png");
    const bytes = await readFile(picture);
    await writeFile(named, bytes);
    const fromUrl = await run(["upload", pathToFileURL(named).href, "--json"]);
    expect(fromUrl.code, fromUrl.stderr).toBe(0);
    expect(JSON.parse(fromUrl.stdout).data[0]).toMatchObject({ filename: "小 猫.png" });
    const piped = await run(["upload", "-", "--json"], {}, { input: bytes });
    expect(piped.code, piped.stderr).toBe(0);
    expect(JSON.parse(piped.stdout).data[0]).toMatchObject({ bytes: bytes.length });
  });

  test("can be piped in once only", async () => {
    const bytes = await readFile(picture);
    const { code, stderr } = await run(["upload", "-", "-"], {}, { input: bytes });
    expect(code).toBe(2);
    expect(stderr).toContain("- can be given once");
  });
});

describe("a command that is none", () => {
  test.each([
    [["jobs", "foo"], "jimeng jobs has no command foo", "list, show, wait"],
    [["jobs", "shwo", "job_1"], "jimeng jobs has no command shwo", "Did you mean show?"],
    [["credits", "clam"], "jimeng credits has no command clam", "Did you mean claim?"],
    [["account", "add"], "jimeng account has no command add", "list, check"],
    [["history", "imprt"], "unknown command imprt", "import"],
    [["imge", "cat"], "unknown command imge", "image"],
  ])("%j is told with those that are", async (words, message, hint) => {
    const { code, stdout, stderr } = await here(words);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });
});

describe("an empty value", () => {
  test.each([
    [["image", "cat", "--account", ""], "--account is empty"],
    [["image", "cat", "--ratio", ""], "--ratio is empty"],
    [["credits", "history", "--after", ""], "--after is empty"],
    [["jobs", "show", ""], "<id> is empty"],
    [["upload", ""], "<file> is empty"],
  ])("of %j is named", async (words, message) => {
    const { code, stderr } = await here(words);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(simulator.acceptedStarts()).toEqual([]);
  });
});

describe("a place that cannot be written", () => {
  test.skipIf(process.platform !== "linux").each([
    [["image", "cat", "--output", "/proc/nope"], "cannot write into the folder /proc/nope"],
    [["serve", "--port", "0", "--data-dir", "/proc/nope"], "the data folder /proc/nope"],
    [["simulate", "--port", "0", "--data-dir", "/proc/nope/deep"], "data folder /proc/nope/deep"],
    [["jobs", "--data-dir", "/proc/nope"], "the data folder /proc/nope"],
  ])("for %j is told with the reason", async (words, message) => {
    const { code, stderr } = await run(words, { JIMENG_SESSIONS: "" });
    expect(code).toBe(2);
    expect(errorLines(stderr)).toHaveLength(1);
    expect(stderr).toContain(message);
    expect(stderr).toContain("there is no such file or folder");
  });

  test.skipIf(process.platform !== "linux")("for a backup is told with the reason", async () => {
    const { code, stderr } = await run(["backup", "--to", "/proc/nope"]);
    expect(code).toBeGreaterThan(0);
    expect(errorLines(stderr)).toHaveLength(1);
    expect(stderr).toContain("/proc/nope");
    expect(stderr).toContain("there is no such file or folder");
    expect(stderr).not.toMatch(/ENOENT|mkdir/);
  });

  test.skipIf(process.platform !== "linux")(
    "such as a full standard output is exit code 1",
    async () => {
      const { code, stderr } = await run(["jobs"], {}, { stdoutFile: "/dev/full" });
      expect(code, stderr).toBe(0);
      for (const words of [["models"], ["--help"], ["jobs", "--help"], ["--version"]]) {
        const full = await run(words, {}, { stdoutFile: "/dev/full" });
        expect([words, full.code]).toEqual([words, 1]);
        expect(errorLines(full.stderr)).toEqual([
          "error: the results could not be written to the standard output: the disk is full",
        ]);
      }
    },
  );
});

describe("a gateway that says no", () => {
  test("to a wrong key is exit code 3, also where no key at all would do", async () => {
    const other = path.join(place.folder, "with-keys");
    const server = place.start(["serve", "--port", "0", "--data-dir", other], {
      JIMENG_API_KEYS: "obviously-fake-key",
    });
    const [, url = ""] = await server.see("stdout", /URL\s+(http:\S+)[\s\S]*curl /);
    for (const words of [["models"], ["jobs"], ["credits"]]) {
      const { code, stderr } = await here([...words, "--url", url], { JIMENG_API_KEY: "wrong" });
      expect([words, code]).toEqual([words, 3]);
      expect(stderr).toContain("does not know this key");
      expect(stderr).not.toContain("charged");
    }
    expect((await run(["models", "--url", url])).code).toBe(0);
  });

  test("to an unknown job says where it looked, and nothing of money", async () => {
    const { code, stderr } = await run(["jobs", "wait", "job_nope"]);
    expect(code).toBe(2);
    expect(stderr).toContain(`This asked the gateway at ${services.url}.`);
    expect(stderr).not.toContain("charged");
    const simulated = await run(["jobs", "show", "job_nope"], {
      JIMENG_SIMULATE: "true",
      JIMENG_DATA_DIR: path.join(place.folder, "elsewhere"),
    });
    expect(simulated.code).toBe(2);
    expect(simulated.stderr).toContain("on the built-in simulator");
  });
});

describe("money", () => {
  test("was not spent where nobody listens, and a look-up says nothing of it", async () => {
    const nobody = ["--url", "http://127.0.0.1:1"];
    for (const url of ["http://127.0.0.1:1", "http://127.0.0.1:59999", "http://no.such.invalid"]) {
      const image = await here(["image", "cat", "--url", url]);
      expect(image.code).toBe(7);
      expect(image.stderr).toMatch(/^charged: no/m);
    }
    const list = await run(["jobs", ...nobody, "--json"]);
    expect(list.code).toBe(7);
    expect(list.stderr).not.toContain("charged");
    expect(JSON.parse(list.stdout)).toMatchObject({ error: { charged: null } });
  });
});

describe("a Chinese locale", () => {
  test("gets everything in Chinese, and programs get the same JSON", async () => {
    const zh = { LANG: "zh_CN.UTF-8" };
    const made = await run(["image", "一只猫", "--resolution", "1k"], zh);
    expect(made.code, made.stderr).toBe(0);
    expect(made.stderr).toMatch(/^任务 job_/m);
    expect(made.stderr).toMatch(/^已完成，/m);
    const missing = await run(["image", "cat", "--ref", "nope.png"], zh);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain("错误：没有文件 nope.png（--ref）");
    expect(missing.stderr).toContain("扣费：no（没有扣除积分）");
    const refused = await run(["image", "simulate:2038 please"], zh);
    expect(refused.code).toBe(5);
    expect(refused.stderr).toMatch(/^错误：内容未通过站点审核（.+）$/m);
    expect(refused.stderr).toMatch(/^处理：请修改提示词或素材后再试。（.+）$/m);
    const resized = await run(["image", "一只猫", "--size", "1000x1000", "--no-wait"], zh);
    expect(resized.stderr).toMatch(/^警告：尺寸换成了最接近的（1000x1000 is not offered.*）$/m);
    const list = await run(["jobs"], zh);
    expect(list.stdout).toMatch(/^id +类型 +状态 +扣费 +创建 +提示词$/m);
    const json = await run(["jobs", "--json"], zh);
    expect(JSON.parse(json.stdout).data[0]).toMatchObject({ kind: "image", status: "completed" });
  });
});

describe("a misspelt setting", () => {
  test("is named at the start", async () => {
    const server = place.start(
      ["serve", "--port", "0", "--data-dir", path.join(place.folder, "misspelt")],
      { JIMENG_SESSION: "obviously-fake" },
    );
    const [warning] = await server.see("stderr", /^warning: JIMENG_SESSION .*$/m);
    expect(warning).toContain("did you mean JIMENG_SESSIONS?");
    expect(warning).not.toContain("obviously-fake");
    const command = await run(["jobs"], {
      JIMENG_SIMULAT: "1",
      JIMENG_DATA_DIR: path.join(place.folder, "misspelt-too"),
    });
    expect(command.stderr).toContain("did you mean JIMENG_SIMULATE?");
  });
});
