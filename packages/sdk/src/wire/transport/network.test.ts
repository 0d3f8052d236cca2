// Tests that nothing of the credential leaves an exchange, wherever the upstream repeats it.

import { inspect } from "node:util";

import { describe, expect, test } from "vitest";

import { fakeSession, fixtureText, testClient, scriptedFetch } from "../../testing/client.ts";

const request = { kind: "image", model: "jimeng-4.0", prompt: "a cat" } as const;

async function outcomeOf(work: Promise<unknown>): Promise<string> {
  return inspect(await work.catch((error: unknown) => error), { depth: 9 });
}

describe("an upstream that repeats the session", () => {
  test.each([
    ["errmsg", { ret: "9999", errmsg: `bad sessionid=${fakeSession}` }],
    ["logid", { ret: "9999", errmsg: "no", logid: fakeSession }],
    ["fail_code", { ret: "9999", errmsg: "no", data: { fail_code: fakeSession } }],
  ])("in the %s of a refusal shows nothing of it", async (_field, body) => {
    const client = testClient(scriptedFetch(JSON.stringify(body)));
    const shown = await outcomeOf(client.generations.start(request));
    expect(shown).toContain("9999");
    expect(shown).not.toContain(fakeSession);
  });

  test("in a header shows nothing of it", async () => {
    const answer = () =>
      new Response("oops", { status: 500, headers: { "x-tt-logid": fakeSession } });
    const shown = await outcomeOf(testClient(scriptedFetch(answer)).generations.start(request));
    expect(shown).toContain("500");
    expect(shown).not.toContain(fakeSession);
  });

  test("in every text of a record shows nothing of it", async () => {
    const history = JSON.parse(fixtureText("history_failed_generic")) as unknown;
    const echoed = JSON.stringify(history, (key, value: unknown) =>
      typeof value === "string" && /^fail_|message|logid/.test(key)
        ? `${value} ${fakeSession}`
        : value,
    );
    expect(echoed).toContain(fakeSession);
    const client = testClient(scriptedFetch(echoed));
    const ids = Object.keys((history as { data: object }).data);
    expect(await outcomeOf(client.generations.find(ids))).not.toContain(fakeSession);
  });
});
