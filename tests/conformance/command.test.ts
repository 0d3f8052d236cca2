// Tests the words of `npm run conformance`: what it refuses, that it asks first, and both of its runs.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createSimulator, type Simulator } from "@jimeng/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root, scratchFolder } from "../e2e/processes.ts";

const session = "command0session0command0session00";
let simulator: Simulator;

beforeAll(async () => {
  simulator = await createSimulator({ media: "blank" });
});

afterAll(async () => {
  await simulator?.close();
});

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function conformance(words: string[], environment: Record<string, string> = {}): Promise<Ended> {
  return new Promise((ended) => {
    const child = spawn(
      process.execPath,
      ["--conditions=source", join(root, "scripts/conformance.ts"), ...words],
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...environment },
      },
    );
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.once("close", (code) => ended({ code, stdout, stderr }));
  });
}

const account = () => ({
  JIMENG_SESSIONS: `mine=${session},other=us-${session}`,
  JIMENG_BASE_URL: simulator.url,
});

describe("npm run conformance", () => {
  test.each([
    [["--live"], /--live needs --read-only/],
    [["--read-only"], /--read-only goes with --live only/],
    [["--yes"], /--yes goes with --live only/],
    [["--account", "mine"], /--account goes with --live only/],
    [["--folder", "here"], /--folder goes with --record only/],
    [["--record", "--folder", ""], /--folder needs a name/],
    [["--session", session], /--session/],
    [["more"], /more/],
  ])("refuses %s with one clear line", async (words, problem) => {
    const { code, stdout, stderr } = await conformance(words);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.split("\n")[0]).toMatch(problem);
    expect(stderr).toContain("npm run conformance -- [--live --read-only");
  });

  test("sends nothing live without an account, a choice among several, or a yes", async () => {
    const live = ["--live", "--read-only"];
    const before = simulator.requests().length;
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
    ];
    for (const [words, environment, problem] of refusals) {
      const { code, stderr } = await conformance(words, environment);
      expect(stderr).toMatch(problem);
      expect(stderr).not.toContain(session);
      expect(code).toBe(2);
    }
    expect(simulator.requests()).toHaveLength(before);
  });

  test("lists what it will send, sends it with one account, records, and never shows the session", async () => {
    const scratch = scratchFolder();
    try {
      const folder = join(scratch.path, "record");
      const words = ["--live", "--read-only", "--yes", "--account", "mine"];
      const { code, stdout, stderr } = await conformance(
        [...words, "--record", "--folder", folder],
        account(),
      );
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stderr).toContain("This run sends 6 requests, each once, and no other:");
      expect(stderr).toContain(`POST ${simulator.url}/commerce/v1/benefits/user_credit `);
      expect(stderr).toContain(`are in ${folder}`);
      expect(stdout).toMatch(/\/mweb\/v1\/get_history +ok/);
      expect(stdout + stderr).not.toContain(session);
      const again = await conformance([...words, "--record", "--folder", folder], account());
      expect(again.code).toBe(2);
      expect(again.stderr).toContain("is not empty");
    } finally {
      scratch.remove();
    }
  });

  test("runs on the simulator without --live, and prints JSON when asked", async () => {
    const { code, stdout } = await conformance(["--json"]);
    expect(code).toBe(0);
    const findings = JSON.parse(stdout) as Array<{ verdict: string; absent: string[] }>;
    expect(findings.map(({ verdict }) => verdict)).toEqual(Array(6).fill("ok"));
  });
});
