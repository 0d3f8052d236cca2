// Tests that a change of the log's level holds for every logger made of it, and is the owner's to make.

import { expect, test } from "vitest";

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
