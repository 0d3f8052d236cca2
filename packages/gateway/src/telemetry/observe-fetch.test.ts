// Tests what is told of exchanges with the upstream.

import type { Fetch } from "@jimeng/sdk";
import { describe, expect, test } from "vitest";

import { noObserver } from "../observer.ts";
import type { Observer, UpstreamObservation } from "../observer.ts";
import { endpointOf, observeFetch } from "./observe-fetch.ts";
import { classOf } from "./upstream-classes.ts";

function watched(answer: Fetch) {
  const told: UpstreamObservation[] = [];
  const observer: Observer = {
    ...noObserver,
    isActive: true,
    upstreamAnswered: (observation) => void told.push(observation),
  };
  return { told, fetch: observeFetch(answer, "cn", observer) };
}

const url = "https://site.example/mweb/v1/get_history_by_ids?aid=1&webId=123";

describe("an exchange", () => {
  test("is told of with its path, status and ret once its body was read, which stays whole", async () => {
    const body = `{"ret":"1015","errmsg":"login error","data":{"ret":"7"}}${" ".repeat(5000)}`;
    const { told, fetch } = watched(() => Promise.resolve(new Response(body)));
    const response = await fetch(url, {});
    expect(told).toEqual([]);
    expect(await response.text()).toBe(body);
    expect(told).toMatchObject([
      { endpoint: "/mweb/v1/get_history_by_ids", region: "cn", status: 200, ret: "1015" },
    ]);
    expect(classOf(told[0]!)).toBe("session");
  });

  test("without an answer has no status, and throws what was thrown", async () => {
    const { told, fetch } = watched(() => Promise.reject(new Error("cut")));
    await expect(fetch(url, {})).rejects.toThrow("cut");
    expect(told).toMatchObject([{ status: null, ret: null }]);
    expect(classOf(told[0]!)).toBe("no_answer");
  });

  test("whose body is left unread is told of once", async () => {
    const { told, fetch } = watched(() => Promise.resolve(new Response("x".repeat(10))));
    await (await fetch(url, {})).body?.cancel();
    expect(told).toMatchObject([{ status: 200, ret: null }]);
  });

  test("is not touched while nobody listens", async () => {
    const response = new Response("{}");
    const fetch = observeFetch(() => Promise.resolve(response), "cn", noObserver);
    expect(await fetch(url, {})).toBe(response);
  });
});

test("the endpoint never has an id, also behind a path prefix", () => {
  expect(endpointOf("https://relay.example/dreamina/us/commerce/v1/benefits/user_credit")).toBe(
    "/commerce/v1/benefits/user_credit",
  );
  expect(endpointOf("https://imagex.example/?Action=ApplyImageUpload&s=1")).toBe(
    "ApplyImageUpload",
  );
  expect(endpointOf("https://up.example/upload/v1/tos-cn-i-abc/0123456789?uploadid=1")).toBe(
    "upload",
  );
  expect(endpointOf("https://up.example/0123456789")).toBe("other");
});

test.each([
  [{ status: 200, ret: "0" }, "ok"],
  [{ status: 200, ret: "1018" }, "risk"],
  [{ status: 200, ret: "3018" }, "version"],
  [{ status: 200, ret: "99999" }, "refused"],
  [{ status: 503, ret: null }, "http_5xx"],
  [{ status: 404, ret: null }, "http_4xx"],
  [{ status: 200, ret: null }, "ok"],
])("%o is of the class %s", (answer, expected) => {
  expect(classOf(answer)).toBe(expected);
});
