// Tests that a change of the log's level holds for every logger made of it, and is the owner's to make; and what a job's
// life looks like in the log.

import { expect, test, vi } from "vitest";

import { createLogger } from "./logging.ts";
import { fakeSessions, openGatewayWithAccounts } from "./testing/gateway-with-accounts.ts";

test("a changed level holds for the loggers that were made before and after, and theirs alone for themselves", () => {
  const lines: string[] = [];
  const logger = createLogger("info", { write: (line) => void lines.push(line) });
  const child = logger.child({ part: "child" });
  const grandchild = child.child({ part: "grandchild" });
  grandchild.debug("too early");
  logger.level = "debug";
  grandchild.debug("now");
  logger.child({ part: "later" }).debug("also");
  child.level = "error";
  logger.info("untouched");
  logger.level = "silent";
  for (const one of [logger, child, grandchild]) one.fatal("too late");
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
    "now",
    "also",
    "untouched",
  ]);
});

test("the owner reads and changes the level over HTTP; a caller with a key may not", async () => {
  const key = "obviously-fake-key-of-a-caller";
  const scene = await openGatewayWithAccounts({
    JIMENG_SESSIONS: fakeSessions.one,
    JIMENG_API_KEYS: key,
    LOG_LEVEL: "warn",
  });
  try {
    const change = (level: string, bearer?: string) =>
      scene.ask("POST", "/v1/gateway/log-level", { level }, bearer);
    expect((await change("debug", key)).statusCode).toBe(403);
    expect((await change("loud")).statusCode).toBe(400);
    expect((await change("debug")).json()).toEqual({
      object: "gateway.log_level",
      level: "debug",
      configured: "warn",
    });
    expect((await scene.ask("GET", "/v1/gateway/log-level")).json()).toMatchObject({
      level: "debug",
    });
    expect(scene.gateway.logging.level).toBe("debug");
  } finally {
    await scene.close();
  }
});

test("each change of a job is a line with its id and none of its prompt", async () => {
  const scene = await openGatewayWithAccounts({ JIMENG_SESSIONS: fakeSessions.one, PORT: "0" });
  try {
    const body = { kind: "image", prompt: "a prompt of nobody's business" };
    const ids: string[] = [];
    for (let count = 0; count < 2; count += 1) {
      const { id } = (await scene.ask("POST", "/v1/jobs", body)).json<{ id: string }>();
      ids.push(id);
    }
    await scene.ask("POST", `/v1/jobs/${ids[1]}/cancel`);
    await scene.gateway.listen();
    await vi.waitFor(async () => {
      await scene.clock.advance(100);
      expect(scene.upstream.charged.length).toBe(1);
    });
    // What was answered stands between the lines.
    const texts = scene.said().match(/\{"level":[^\n]*"msg":"Job [^"]*"\}/g) ?? [];
    const lines = texts.map((line) => JSON.parse(line) as { job: string; msg: string });
    expect(lines.map(({ job, msg }) => `${msg} ${ids.indexOf(job)}`)).toEqual([
      "Job queued 0",
      "Job queued 1",
      "Job cancelled 1",
      "Job started 0",
    ]);
    expect(JSON.stringify(lines)).not.toContain("business");
  } finally {
    await scene.close();
  }
});
