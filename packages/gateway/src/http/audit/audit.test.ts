// Tests the audit log over HTTP: what it tells of whom, and what it never tells.

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { buildFakeApp } from "../../testing/fake-app.ts";
import { fakeSessions, openGatewayWithAccounts } from "../../testing/gateway-with-accounts.ts";
import type { GatewayWithAccounts } from "../../testing/gateway-with-accounts.ts";
import { actionOfRoute } from "./action-of-route.ts";

let open: GatewayWithAccounts;
beforeEach(async () => {
  open = await openGatewayWithAccounts({ JIMENG_SESSIONS: `one=${fakeSessions.one}` });
});
afterEach(() => open.close());

async function entries(query = ""): Promise<Record<string, unknown>[]> {
  const answer = await open.ask("GET", `/v1/audit?limit=100${query}`);
  return answer.json<{ data: Record<string, unknown>[] }>().data;
}

describe("the audit log", () => {
  test("tells who made, changed and removed what, and that somebody was refused", async () => {
    const made = await open.ask("POST", "/v1/keys", { name: "phone" });
    const { id, key } = made.json<{ id: string; key: string }>();
    const body = { model: "jimeng-4.0", prompt: "an obviously secret prompt", user: "grandma" };
    await open.ask("POST", "/v1/jobs", { ...body, kind: "image" }, key);
    await open.ask("GET", "/v1/accounts", undefined, key);
    await open.ask("DELETE", `/v1/keys/${id}`);
    await open.ask("GET", "/v1/jobs", undefined, key);
    const found = await entries();
    expect(found.toReversed()).toMatchObject([
      { action: "key.create", outcome: "done", key_id: null, subjects: [id] },
      {
        action: "job.create",
        outcome: "done",
        key_id: id,
        key_name: "phone",
        user: "grandma",
        subjects: [expect.stringMatching(/^job_/)],
      },
      { action: "read", outcome: "refused", status: 403, code: "forbidden", key_id: id },
      { action: "key.delete", outcome: "done", subjects: [id] },
      { action: "read", outcome: "refused", status: 401, code: "unauthorized", key_id: null },
    ]);
    expect(JSON.stringify(found)).not.toMatch(/secret prompt|obviously-fake/);
    expect(JSON.stringify(found)).not.toContain(key);
    expect(await entries("&action=key.")).toHaveLength(2);
    expect(await entries(`&key=${id}&outcome=refused`)).toHaveLength(1);
    const lines = await open.ask("GET", "/v1/audit?format=jsonl&order=asc");
    expect(lines.headers["content-type"]).toContain("ndjson");
    const first = JSON.parse(lines.body.split("\n")[0]!) as { action: string };
    expect(first.action).toBe("key.create");
  });

  test("is for the owner alone, and keeps few of very many refusals", async () => {
    const made = await open.ask("POST", "/v1/keys", { name: "bot" });
    const { key } = made.json<{ key: string }>();
    expect((await open.ask("GET", "/v1/audit", undefined, key)).statusCode).toBe(403);
    const wrong = "obviously-fake-wrong-key";
    for (let at = 0; at < 200; at++) await open.ask("GET", "/v1/jobs", undefined, wrong);
    const found = await open.ask("GET", "/v1/audit?limit=1000&outcome=refused");
    expect(found.json<{ data: unknown[] }>().data).toHaveLength(120);
  });
});

test("every route that changes something has an action of its own", async () => {
  const fake = await buildFakeApp();
  const safe = new Set(["GET", "HEAD", "OPTIONS"]);
  const unknown = fake.app.routeScopes.flatMap(({ method, url }) =>
    method
      .split(",")
      .filter((each) => !safe.has(each) && actionOfRoute(each, url) === "other")
      .map((each) => `${each} ${url}`),
  );
  expect(unknown).toEqual([]);
  expect(actionOfRoute("POST", "/v1/jobs/:id/cancel")).toBe("job.cancel");
  expect(actionOfRoute("POST", "/v1/webhooks/:id/deliveries/:delivery/redeliver")).toBe(
    "webhook.redeliver",
  );
  expect(actionOfRoute("POST", "/v1/sign-in")).toBe("sign_in");
  expect(actionOfRoute("POST", "/v1/estimate")).toBeNull();
  await fake.close();
});
