// Tests that the fingerprint tells account sets apart, and tells no session.

import { expect, test } from "vitest";

import { loadConfig } from "./config.ts";
import { accountsFingerprint } from "./fingerprint.ts";

const of = (env: Record<string, string>) => accountsFingerprint(loadConfig(env));
const session = "obviously-fake-session";

test("is the same for the same accounts, whatever else is set", () => {
  expect(of({ JIMENG_SESSIONS: session, PORT: "0" })).toBe(of({ JIMENG_SESSIONS: session }));
  expect(of({ JIMENG_SESSIONS: session })).not.toContain(session);
});

test.each([
  ["another session", { JIMENG_SESSIONS: `${session}-2` }],
  ["another name", { JIMENG_SESSIONS: `mine=${session}` }],
  ["another region", { JIMENG_SESSIONS: `us-${session}` }],
  ["pass-through", { JIMENG_SESSIONS: session, JIMENG_PASSTHROUGH: "true" }],
  ["another upstream", { JIMENG_SESSIONS: session, JIMENG_BASE_URL: "http://127.0.0.1:1" }],
  ["no account", {}],
])("is another one for %s", (_, env) => {
  expect(of(env)).not.toBe(of({ JIMENG_SESSIONS: session }));
});

test("is the same for every start on the simulator", () => {
  const on = (url: string) =>
    accountsFingerprint(loadConfig({}, { simulator: { url, session: "simulated" } }));
  expect(on("http://127.0.0.1:1")).toBe(on("http://127.0.0.1:2"));
});
