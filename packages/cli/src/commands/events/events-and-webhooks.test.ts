// Tests `jimeng events` and `jimeng webhooks` with the real command, a gateway and the simulator.

import { expect, test } from "vitest";

import { startServicesForTests } from "../../testing/services.ts";

const services = await startServicesForTests();

test("prints what happens as JSON lines, and goes on after a position", async () => {
  const made = await services.place.run(["image", "a lighthouse", "--no-wait", "--json"]);
  expect(made.code, made.stderr).toBe(0);
  const words = ["events", "--after", "0", "--types", "job.*,asset.created", "--count", "3"];
  const { code, stdout, stderr } = await services.place.run(words);
  expect(code, stderr).toBe(0);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { object: "event", type: "job.queued", data: { object: "job" } },
    { object: "event", type: "job.started" },
    { object: "event", type: "job.image", data: { asset: { content_type: expect.any(String) } } },
  ]);
  const next = ["events", "--after", lines[0].position, "--count", "1"];
  const resumed = await services.place.run(next);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ id: lines[1].id, type: "job.started" });
});

test("refuses a position and a type that do not exist", async () => {
  expect((await services.place.run(["events", "--after", "yesterday"])).code).toBe(2);
  const { code, stderr } = await services.place.run(["events", "--types", "job.done"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/job\.completed/);
});

const run = (...words: string[]) => services.place.run(["webhooks", ...words]);

test("refuses an address in the own network, and says which setting allows it", async () => {
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
  expect((await run("remove", id)).code).toBe(0);
});
