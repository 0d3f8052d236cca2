// The READMEs tell the truth: their commands run, their settings are the gateway's, their links lead somewhere.
import { copyFileSync, existsSync, readFileSync, realpathSync } from "node:fs";
import { spawn } from "node:child_process";
import { delimiter, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { settings } from "../packages/gateway/src/config/settings.ts";
import { readEnvironment } from "../packages/sdk/src/environment/environment.ts";
import {
  environmentExample,
  environmentExampleFile,
  readmes as readmeFiles,
  settingsTable,
} from "../scripts/readme-settings.ts";
import { type Process, root, scratchFolder, startGateway } from "./e2e/processes.ts";

const readmes = readmeFiles.map(({ name, language }) => ({
  name,
  language,
  text: readFileSync(join(root, name), "utf8"),
}));

test(".env.example lists every setting of the gateway with its default", () => {
  expect(readFileSync(join(root, environmentExampleFile), "utf8")).toBe(environmentExample());
});

test("the sdk's own reader takes no setting of the gateway for a misspelt one of its own", () => {
  for (const { name } of settings) expect(() => readEnvironment({ [name]: "1" })).not.toThrow();
});

describe.each(readmes)("$name", ({ text, language }) => {
  test("lists every setting of the gateway with its default", () => {
    expect(text).toContain(settingsTable(language));
    expect(settings.length).toBeGreaterThan(20);
  });

  test("links only to files that exist", () => {
    const targets = [...text.matchAll(/\]\(([^)#]+)\)/g)]
      .map((match) => match[1]!)
      .filter((target) => !/^https?:/.test(target));
    expect(targets.length).toBeGreaterThan(5);
    expect(targets.filter((target) => !existsSync(join(root, target)))).toEqual([]);
  });
});

describe("the README's commands", () => {
  const data = scratchFolder();
  const here = scratchFolder();
  let gateway: Process;

  beforeAll(async () => {
    gateway = await startGateway(data.path);
  });

  afterAll(async () => {
    await gateway?.stop();
    data.remove();
    here.remove();
  });

  const blocks = readmes.flatMap(({ name, text }) =>
    [...text.matchAll(/```sh\n([\s\S]*?)```/g)]
      .map((match) => match[1]!.trim())
      .filter((block) => !/^npm (start|test)/.test(block))
      .map((block) => ({ name, block, title: block.split("\n")[0]!.slice(0, 60) })),
  );
  // Both READMEs show the same commands: run each once.
  const distinct = [...new Map(blocks.map((entry) => [entry.block, entry])).values()];

  test("are the same in both languages", () => {
    expect(distinct.length * 2).toBe(blocks.length);
    expect(distinct.length).toBeGreaterThanOrEqual(5);
  });

  test.each(distinct)(
    "$title",
    async ({ block }) => {
      // A test's gateway listens on a free port, and the test works in a folder of its own; nothing else is changed.
      const script = block
        .replaceAll("http://127.0.0.1:5100", gateway.url)
        .replaceAll(/^\.\/jimeng /gm, `${root}jimeng `)
        .replaceAll("@docs/", `@${root}docs/`);
      const result = await runShell(script);
      expect(result.code, result.output).toBe(0);
      expect(result.output).not.toContain('"error":{');
      const saved = /^(.*\.(png|mp4))$/m.exec(result.output)?.[1];
      if (block.startsWith("./jimeng "))
        expect(existsSync(join(here.path, saved ?? ""))).toBe(true);
    },
    60_000,
  );

  const shown = readmes.flatMap(({ text }) => {
    const inline = [...text.matchAll(/`(\.\/jimeng \w[^`]*)`/g)].map((match) => match[1]!);
    const lines = text.split("\n").filter((line) => line.startsWith("./jimeng "));
    return [...inline, ...lines].map((line) => line.replace(/\s+#.*$/, ""));
  });
  const ran = new Set(distinct.map(({ block }) => block));
  // Once there is a key every caller needs one: what makes it runs last.
  const makesKey = (line: string) => line.startsWith("./jimeng keys create");
  const others = [
    ...new Set(
      shown
        // login waits for a paste: packages/cli/src/commands/login.test.ts runs it.
        .filter((line) => !ran.has(line) && !/^\.\/jimeng (serve|simulate|login)\b/.test(line))
        // Both languages name the place of the reader's own choice.
        .map((line) => line.replaceAll(/<[^>]+>/g, "copy")),
    ),
  ];

  test("that stand in sentences and tables are the same in both languages too", () => {
    expect(others.length).toBeGreaterThanOrEqual(5);
    const counts = others.map(
      (line) => shown.filter((each) => each.replaceAll(/<[^>]+>/g, "copy") === line).length,
    );
    expect(counts).toEqual(others.map(() => readmes.length));
  });

  test.each(others.filter((line) => !makesKey(line)))("%s", runLine, 60_000);

  test("make the same number of pictures from the same words", async () => {
    const blockOf = (start: string) => distinct.find(({ block }) => block.startsWith(start))!.block;
    const curl = blockOf("curl http://127.0.0.1:5100/v1/images/generations");
    const command = blockOf("./jimeng image");
    const words = /"prompt":"([^"]+)"/.exec(curl)![1]!;
    expect(command).toContain(words);
    const answered = await runShell(
      `${curl.replaceAll("http://127.0.0.1:5100", gateway.url)} --silent`,
    );
    const printed = await runShell(`${command.replace("./jimeng", `${root}jimeng`)} --json`);
    const { data } = JSON.parse(answered.output) as { data: unknown[] };
    const { files } = JSON.parse(printed.output) as { files: string[] };
    expect(data).toHaveLength(1);
    expect(files).toHaveLength(data.length);
    // Named by prompt and job, in the folder of the caller.
    expect(relative(realpathSync(here.path), realpathSync(files[0]!))).toMatch(
      new RegExp(`^${words}-job_[\\w-]+-1\\.(png|jpg|webp)$`),
    );
  }, 60_000);

  test.each(others.filter(makesKey))("%s", runLine, 60_000);

  async function runLine(line: string): Promise<void> {
    for (const name of ["cat", "room", "closed", "open"])
      copyFileSync(join(root, "docs/images/picture.png"), join(here.path, `${name}.png`));
    const { code, output } = await runShell(line.replace("./jimeng", `${root}jimeng`));
    expect(code, output).toBe(0);
  }

  function runShell(script: string): Promise<{ code: number | null; output: string }> {
    return new Promise((resolve) => {
      const child = spawn("sh", ["-c", script], {
        cwd: here.path,
        env: {
          ...process.env,
          PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env["PATH"] ?? ""}`,
          JIMENG_DATA_DIR: data.path,
        },
      });
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on("data", () => undefined);
      child.once("close", (code) => resolve({ code, output }));
    });
  }
});
