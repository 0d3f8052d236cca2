// Tests `jimeng webhooks` with the real command and a gateway that may send to this machine.

import { expect, test } from "vitest";

import { startServicesForTests } from "../../testing/services.ts";

const services = await startServicesForTests();
const run = (...words: string[]) => services.place.run(["webhooks", ...words]);

test("refuses an address in the own network, and says which setting allows it", async () => {
  expect((await run()).stderr).toMatch(/no webhooks/);
  const { code, stderr } = await run("create", "http://127.0.0.1:9/hook");
  expect(code).toBe(2);
  expect(stderr).toMatch(/JIMENG_ALLOW_PRIVATE_WEBHOOKS/);
});

test("stores a webhook, rotates its secret, tests and removes it", async () => {
  // A name that leads nowhere: nothing leaves this machine.
  const made = await run("create", "https://receiver.invalid/hook", "--events", "video.*");
  expect(made.code, made.stderr).toBe(0);
  const [id = "", secret] = made.stdout.trim().split("\n");
  expect(secret).toMatch(/^whsec_/);
  expect((await run("list")).stdout).toMatch(
    /whk_\S+ +https:\/\/receiver.invalid\/hook +video\.\* +works/,
  );
  const rotated = await run("rotate", id, "--json");
  expect(JSON.parse(rotated.stdout).secret).not.toBe(secret);
  const tested = await run("test", id);
  expect(tested.stdout).toMatch(/webhook\.test +failed \(1\) +The URL is refused/);
  expect((await run("deliveries", id)).stdout).toMatch(/webhook\.test/);
  expect((await run("remove", id)).code).toBe(0);
  expect((await run("test", id)).code).toBe(2);
});
