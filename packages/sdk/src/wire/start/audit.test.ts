// Tests the site's free check of materials before a start.

import { describe, expect, test } from "vitest";

import { fixture, fixtureText, scriptedFetch, testClient } from "../../testing/client.ts";
import { parseAudit } from "./audit.ts";

const model = "jimeng-video-seedance-2.5";
const picture = {
  imageUri: "tos-cn-i-tb4s082cfz/0000000000000000000000000000000a",
  width: 0,
  height: 0,
  format: "",
};
const clip = {
  videoId: "v0PLACEHOLDERVID000000000000001",
  width: 0,
  height: 0,
  durationMs: 5000,
  name: "clip",
};
const sound = { audioId: "v0PLACEHOLDERVID000000000000002", durationMs: 5000, name: "beat" };

describe("generations.audit", () => {
  test("asks about every material in order and returns the decisions", async () => {
    const fetch = scriptedFetch(fixtureText("generate_audit_reject"));
    const decisions = await testClient(fetch).generations.audit(model, [picture, clip]);
    expect(decisions).toEqual(["passed", "refused"]);
    const [{ url, body }] = fetch.seen as [(typeof fetch.seen)[number]];
    expect(url.pathname).toBe("/mweb/v1/execute_generate_audit");
    const { _request: captured } = fixture("generate_audit_reject") as unknown as {
      _request: object;
    };
    expect(body).toEqual(captured);
    await testClient(fetch).generations.audit(model, [sound]);
    expect(fetch.seen.at(-1)!.body.material_list).toEqual([
      { material_type: 3, vid: sound.audioId },
    ]);
  });

  test("asks once: a failure is not repeated", async () => {
    const fetch = scriptedFetch(new Response("", { status: 503 }));
    await expect(testClient(fetch).generations.audit(model, [picture])).rejects.toThrow();
    expect(fetch.seen).toHaveLength(1);
  });
});

describe("the decisions", () => {
  test.each([
    [{ result_list: [{ audit_decision: 1 }, { audit_decision: "2" }] }, ["passed", "refused"]],
    [{ result_list: [{ audit_decision: 3 }, { audit_decision: {} }] }, ["unknown", "unknown"]],
    [{ result_list: [{ audit_decision: 2 }] }, ["unknown", "unknown"]],
    [{ result_list: "2" }, ["unknown", "unknown"]],
    [null, ["unknown", "unknown"]],
  ])("of %j are %j", (data, expected) => {
    expect(parseAudit(data, 2)).toEqual(expected);
  });
});
