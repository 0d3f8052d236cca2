// Tests what readiness is made of besides the disk and the database: tasks that run, and an account that may be used.

import { JimengError } from "@jimeng/sdk";
import { afterEach, expect, test } from "vitest";

import { fakeSessions, openGatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";
import type { GatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";

let scene: GatewayWithAccounts;
afterEach(() => scene.close());

test("a gateway is ready once its tasks run, and while one of its accounts may be used", async () => {
  scene = await openGatewayWithAccounts({
    JIMENG_SESSIONS: `first=${fakeSessions.one},second=${fakeSessions.two}`,
    PORT: "0",
  });
  const { gateway } = scene;
  const ready = (query = "") => scene.ask("GET", `/readyz${query}`, undefined, null);
  const starting = await ready();
  expect(starting.statusCode).toBe(503);
  expect(starting.json()).toMatchObject({ error: { message: "The gateway is starting." } });
  await gateway.listen();
  expect((await ready()).json()).toEqual({ status: "ready", mode: "accounts" });

  gateway.accounts.noteFailure("first", new JimengError("session_invalid", "no"));
  expect((await ready()).statusCode).toBe(200);
  gateway.accounts.noteFailure("second", new JimengError("risk_controlled", "no"));
  const refused = await ready();
  expect(refused.statusCode).toBe(503);
  expect(refused.json().error.message).toBe(
    "None of the accounts can be used now (expired, cooling_down).",
  );
  expect(refused.body).not.toContain("first");
  // Results must be read all the same.
  expect((await ready("?except=accounts")).statusCode).toBe(200);
  expect((await ready("?except=disk")).statusCode).toBe(400);
});
