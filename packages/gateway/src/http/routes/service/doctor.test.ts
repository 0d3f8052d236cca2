// Tests what the owner of a running gateway is told of it over HTTP, and that nobody else is.

import { JimengError } from "@jimeng/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";

import { doctorSchema } from "../../../api/gateway.ts";
import { creditsOf } from "../../../testing/fake-account-client.ts";
import { fakeSessions, openGatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";
import type { GatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";

const key = "obviously-fake-key-of-a-caller";
let scene: GatewayWithAccounts;
beforeEach(async () => {
  scene = await openGatewayWithAccounts({
    JIMENG_SESSIONS: `mine=${fakeSessions.one}`,
    JIMENG_API_KEYS: key,
    PORT: "0",
  });
});
afterEach(() => scene.close());

const examine = async () => (await scene.ask("GET", "/v1/gateway/doctor")).json();

test("an owner is told what was found and what to do; a key without the scope admin is refused", async () => {
  const client = scene.client(fakeSessions.one);
  client.balance = creditsOf(0, 0, 2);
  expect((await scene.ask("GET", "/v1/gateway/doctor", undefined, key)).statusCode).toBe(403);
  const report = doctorSchema.parse(await examine());
  expect(report.status).toBe("warn");
  const codes = report.checks.map(({ code }) => code);
  expect(codes).toEqual([
    ...["node_ok", "settings_ok", "folder_ok", "secrets_private", "disk_ok", "gateway_stopped"],
    ...["port_free", "database_sound", "account_poor", "versions_accepted"],
  ]);
  expect(report.checks.find(({ check }) => check === "accounts")).toMatchObject({
    title: "accounts",
    status: "warn",
    facts: ["mine", "2"],
    message: "mine: the session is alive, few credits are left: 2",
    fix: "See `jimeng credits`; claim the daily ones or buy some on the site.",
  });
  expect(scene.said()).not.toContain(fakeSessions.one);
});

test("the words are Chinese where the caller prefers them", async () => {
  scene.client(fakeSessions.one).alive = {
    alive: false,
    error: new JimengError("session_invalid", "no"),
  };
  const { headers, ...answer } = await scene.gateway.app.inject({
    url: "/v1/gateway/doctor",
    headers: {
      authorization: `Bearer ${scene.gateway.adminKey}`,
      "accept-language": "zh-CN,zh;q=0.9",
    },
  });
  expect(headers).toMatchObject({ "cache-control": "no-store", vary: "accept-language" });
  const report = doctorSchema.parse(answer.json());
  expect(report.status).toBe("fail");
  expect(report.checks).toContainEqual({
    check: "accounts",
    title: "账号",
    status: "fail",
    code: "account_dead",
    facts: ["mine"],
    message: "mine：站点不接受该 session",
    fix: "在站点上重新登录，换上新的 session。",
  });
});

test("callers at the same time share one examination; the next one looks anew", async () => {
  const client = scene.client(fakeSessions.one);
  const checks = () => client.asked.filter((question) => question === "check").length;
  const [one, other] = await Promise.all([examine(), examine()]);
  expect(one).toEqual(other);
  expect(checks()).toBe(1);
  await examine();
  expect(checks()).toBe(2);
});
