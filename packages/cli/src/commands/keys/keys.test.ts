// Tests `jimeng keys` and `jimeng credits ledger` with the real command, a gateway and the simulator.

import { expect, test } from "vitest";

import { startServicesForTests } from "../../testing/services.ts";

const services = await startServicesForTests();

async function run(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await services.place.run(words);
  expect(code, stderr).toBe(0);
  return stdout + stderr;
}

test("a key is made, changed and ended by its name, and the ledger is a table of sums", async () => {
  const rules = ["--daily-credits", "20", "--models", "jimeng-4.0"];
  const made = await run("keys", "create", "phone", ...rules);
  expect(made).toMatch(/^sk-jimeng-\S{43}\nphone: this key is shown once/);
  const edited = await run("keys", "edit", "phone", "--models", "none", "--name", "tablet");
  expect(edited).toContain("credits today (UTC): 0 / 20\n");
  expect(edited).not.toContain("models:");
  expect(await run("keys")).toMatch(
    /^name +id +key +scopes +state\ntablet +key_\S+ +….{4} +read, g/,
  );
  expect(await run("keys", "revoke", "tablet")).toBe("tablet: revoked\n");
  const unknown = await services.place.run(["keys", "show", "tablet"]);
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    expect.stringContaining("no key called tablet"),
  ]);
  expect(await run("credits", "ledger")).toMatch(
    /^key +jobs +reserved +charged +refunded +net\ntotal +0 +0 +0 +0 +0\n$/,
  );
});
