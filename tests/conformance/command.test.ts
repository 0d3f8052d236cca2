// Tests `npm run conformance`: what it refuses, that it asks first, and both of its runs, on the simulator and live.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createSimulator, type Simulator } from "@jimeng/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../packages/gateway/src/config/config.ts";
import { root } from "../e2e/processes.ts";
import { runConformance, type World } from "./command/command.ts";

const session = "command0session0command0session00";
let simulator: Simulator;
let scratch: string;

beforeAll(async () => {
  simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 20, videoMs: 20, visibleAfterMs: 0, jitter: false },
  });
  scratch = mkdtempSync(join(tmpdir(), "jimeng-conformance-command-"));
});

afterAll(async () => {
  await simulator?.close();
  rmSync(scratch, { recursive: true, force: true });
});

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
  /** What the owner was asked. */
  questions: string[];
}

/** Runs the command here; `answer` is what the owner types, undefined where nobody sits there. */
async function conformance(
  words: string[],
  environment: Record<string, string> = {},
  answer?: boolean,
): Promise<Ended> {
  const ended: Ended = { code: -1, stdout: "", stderr: "", questions: [] };
  const world: World = {
    loadConfig: () => loadConfig(environment),
    out: (text) => (ended.stdout += text),
    tell: (text) => (ended.stderr += text),
    ask:
      answer === undefined
        ? undefined
        : async (question) => {
            ended.questions.push(question);
            return answer;
          },
    interrupted: new AbortController().signal,
    pollIntervalMs: 20,
    clock: {
      now: () => Date.now(),
      sleep: async (milliseconds, signal) => {
        await sleep(Math.min(milliseconds, 20), undefined, signal === undefined ? {} : { signal });
      },
    },
  };
  ended.code = await runConformance(words, world);
  expect(ended.stdout + ended.stderr).not.toContain(session);
  return ended;
}

const account = () => ({
  JIMENG_SESSIONS: `mine=${session},other=us-${session}`,
  JIMENG_BASE_URL: simulator.url,
});
const mine = ["--live", "--account", "mine"];
const requests = () => simulator.requests().length;

describe("npm run conformance", () => {
  test.each([
    [["--yes"], /--yes goes with --live only/],
    [["--live", "--yes"], /--yes needs --max-credits/],
    [["--account", "mine"], /--account goes with --live only/],
    [["--read-only", "--folder", "here"], /--folder goes with --record only/],
    [["--record", "--folder", ""], /--folder needs a name/],
    [["--read-only", "--only", "images"], /--only does not go with --read-only/],
    [["--read-only", "--claim"], /--claim does not go with --read-only/],
    [["--only", "images,pictures"], /there is no part "pictures", but uploads, images, videos/],
    [["--max-credits", "many"], /--max-credits needs a whole number/],
    [["--session", "anything"], /--session/],
    [["more"], /more/],
  ])("refuses %s with one clear line", async (words, problem) => {
    const { code, stdout, stderr } = await conformance(words);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.split("\n")[0]).toMatch(problem);
    expect(stderr).toContain("npm run conformance -- [--live [--account NAME]");
  });

  test("sends nothing live without an account, a choice among several, or a yes", async () => {
    const live = ["--live", "--read-only"];
    const before = requests();
    const refusals: Array<[string[], Record<string, string>, RegExp]> = [
      [[...live, "--yes"], {}, /set JIMENG_SESSIONS_FILE/],
      [[...live, "--yes"], account(), /name one account with --account: mine, other/],
      [[...live, "--yes", "--account", "nobody"], account(), /no account is called nobody/],
      [
        [...live, "--yes", "--account", "mine"],
        { ...account(), JIMENG_SIMULATE: "true" },
        /JIMENG_SIMULATE is set/,
      ],
      [[...live, "--account", "mine"], account(), /nobody can be asked here/],
      [mine, account(), /nobody can be asked here/],
    ];
    for (const [words, environment, problem] of refusals) {
      const { code, stderr } = await conformance(words, environment);
      expect(stderr).toMatch(problem);
      expect(code).toBe(2);
    }
    const { code, stderr, questions } = await conformance(
      [...mine, "--read-only"],
      account(),
      false,
    );
    expect(code).toBe(0);
    expect(questions).toEqual(["Send them with the account mine (cn)? Type yes: "]);
    expect(stderr).toContain("Nothing was sent.");
    expect(requests()).toBe(before);
  });

  test("lists the free reads, sends them with one account, and records them", async () => {
    const folder = join(scratch, "record");
    const words = [...mine, "--read-only", "--yes", "--record", "--folder", folder];
    const { code, stdout, stderr } = await conformance(words, account());
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain("This run sends 6 requests, each once, and no other:");
    expect(stderr).toContain(`POST ${simulator.url}/commerce/v1/benefits/user_credit `);
    expect(stderr).toContain(`are in ${folder}`);
    expect(stdout).toMatch(/\/mweb\/v1\/get_history +ok/);
    const again = await conformance(words, account());
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("is not empty");
  });

  test("starts nothing without a yes, and leaves no folder", async () => {
    const before = simulator.acceptedStarts().length;
    const folder = join(scratch, "no");
    const words = [...mine, "--folder", folder];
    const { code, stderr, questions } = await conformance(words, account(), false);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /makes 13 starts with the account mine \(cn\), .* up to 120 credits of your/,
    );
    expect(stderr).toContain("It claims nothing.");
    expect(questions).toEqual(["Do all this with the account mine (cn)? Type yes: "]);
    expect(stderr).toContain("Nothing was started.");
    expect(simulator.acceptedStarts()).toHaveLength(before);
    expect(existsSync(folder)).toBe(false);
  });

  test("asks nothing and starts nothing above the limit or the balance", async () => {
    const before = simulator.acceptedStarts().length;
    const folder = join(scratch, "above");
    const limited = await conformance(
      [...mine, "--folder", folder, "--yes", "--max-credits", "100"],
      account(),
    );
    expect(limited).toMatchObject({ code: 2, stdout: "", questions: [] });
    expect(limited.stderr).toContain("may cost 120 credits, which is above 100");
    simulator.setAccount({ session: `${session}poor`, credits: { gift: 7 } });
    const poor = { ...account(), JIMENG_SESSIONS: `poor=${session}poor` };
    const unpaid = await conformance(["--live", "--folder", folder], poor, true);
    expect(unpaid).toMatchObject({ code: 2, questions: [] });
    expect(unpaid.stderr).toContain("the account has 7");
    expect(simulator.acceptedStarts()).toHaveLength(before);
    expect(existsSync(folder)).toBe(false);
  });

  test("walks the chosen parts after a yes, reports, saves and records, and claims nothing", async () => {
    const before = simulator.acceptedStarts().length;
    const folder = join(scratch, "walk");
    // The third picture is the one that is cancelled, however busy the machine is.
    simulator.addFault({ endpoint: "generate", kind: "lasts", generate_ms: 600_000, after: 2 });
    const words = [...mine, "--only", "images,history", "--record", "--folder", folder];
    const { code, stdout, stderr } = await conformance(words, account(), true);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(simulator.acceptedStarts().slice(before)).toHaveLength(3);
    expect(simulator.requests({ endpoint: "credit_receive" })).toEqual([]);
    expect(stdout).toContain("16 steps: 16 ok.");
    expect(stdout).toContain("| cancel | jimeng-4.0, 1k, 1 picture | 1 | 1 | 1 |");
    expect(readdirSync(folder).toSorted()).toEqual([
      "answers",
      "report.json",
      "report.md",
      "results",
      "started.jsonl",
    ]);
    expect(readFileSync(join(folder, "report.md"), "utf8")).toBe(stdout);
    expect(readdirSync(join(folder, "answers")).length).toBeGreaterThan(20);
    expect(stderr).toContain("started.jsonl has the full ids");
  });

  test("says what a refused session means, and asks nothing", async () => {
    simulator.setAccount({ session: `${session}dead`, expired: true });
    const environment = { ...account(), JIMENG_SESSIONS: `dead=${session}dead` };
    const words = ["--live", "--folder", join(scratch, "dead"), "--json"];
    const { code, stdout, questions } = await conformance(words, environment, true);
    expect({ code, questions }).toEqual({ code: 1, questions: [] });
    const report = JSON.parse(stdout) as { steps: Array<{ step: string; verdict: string }> };
    expect(report.steps[0]).toMatchObject({ step: "account", verdict: "refused" });
    expect(report.steps.slice(1).every(({ verdict }) => verdict === "not run")).toBe(true);
  });

  test("runs on a simulator of its own without --live, as a program", async () => {
    const { code, stdout } = await spawned(["--json", "--only", "images"]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as { steps: Array<{ verdict: string; isChosen: boolean }> };
    const verdicts = report.steps.filter(({ isChosen }) => isChosen).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(Array(8).fill("ok"));
  });
});

/** Runs the script itself. */
function spawned(words: string[]): Promise<{ code: number | null; stdout: string }> {
  return new Promise((ended) => {
    const child = spawn(
      process.execPath,
      ["--conditions=source", join(root, "scripts/conformance.ts"), ...words],
      {
        stdio: ["ignore", "pipe", "inherit"],
        env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
      },
    );
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.once("close", (code) => ended({ code, stdout }));
  });
}
