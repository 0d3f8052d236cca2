// Tests `jimeng keys` and `jimeng credits ledger` with the real command, a gateway and the simulator.

import { expect, test } from "vitest";

import { startServicesForTests } from "../../testing/services.ts";

const services = await startServicesForTests();

async function run(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await services.place.run(words);
  expect(code, stderr).toBe(0);
  return stdout + stderr;
}

test("a key is made, listed, changed, rotated and revoked by its name", async () => {
  const made = await run(
    "keys",
    "create",
    "phone",
    "--daily-credits",
    "20",
    "--models",
    "jimeng-4.0",
  );
  expect(made).toMatch(/^sk-jimeng-\S{43}\nphone: this key is shown once/);
  expect(await run("keys")).toMatch(
    /^name +id +key +scopes +state\nphone +key_\S+ +….{4} +read, g/,
  );
  const edited = await run("keys", "edit", "phone", "--models", "none", "--name", "tablet");
  expect(edited).toContain("credits today (UTC): 0 / 20\n");
  expect(edited).not.toContain("models:");
  expect(await run("keys", "rotate", "tablet")).toMatch(/^sk-jimeng-\S{43}\n/);
  expect(await run("keys", "revoke", "tablet")).toBe("tablet: revoked\n");
  const unknown = await services.place.run(["keys", "show", "tablet"]);
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    expect.stringContaining("no key called tablet"),
  ]);
});

test("the ledger is a table of sums, or CSV", async () => {
  expect(await run("credits", "ledger")).toMatch(
    /^key +jobs +reserved +charged +refunded +net\ntotal +0 +0 +0 +0 +0\n$/,
  );
  expect(await run("credits", "ledger", "--csv", "--group-by", "day,kind")).toBe(
    "day,kind,jobs,reserved,charged,refunded,net\n",
  );
});
