// Tests sessions, clusters, credits and the commerce and passport envelopes.

import { describe, expect, test } from "vitest";

import { createSimulator } from "./index.ts";
import {
  call,
  creditPath,
  fixture,
  generateBody,
  generatePath,
  ManualTime,
  shapeOf,
  startForTests,
} from "./testing/simulator.ts";

const infoPath = "/passport/account/info/v2";

const simulator = await startForTests({ clock: new ManualTime() });

describe("the balance", () => {
  test("has the captured shape for gift credits alone, for all types and for none", async () => {
    const cases: Array<[name: string, credits: Record<string, number>]> = [
      ["user_credit_ok", { gift: 22 }],
      ["user_credit_vip", { gift: 60, vip: 1000, purchase: 100 }],
      ["user_credit_zero", {}],
    ];
    for (const [name, credits] of cases) {
      simulator.setAccount({ session: "fake-a", credits });
      const { body } = await call(simulator.url, creditPath, {}, { session: "fake-a" });
      expect(shapeOf(body)).toEqual(shapeOf(fixture(name).body));
      expect(JSON.parse(body.response)).toEqual(body.data);
    }
  });

  test("is spent vip first, then purchased, then gift", async () => {
    simulator.setAccount({ session: "fake-a", credits: { gift: 5, vip: 4, purchase: 3 } });
    await call(simulator.url, generatePath, generateBody("t2i"), { session: "fake-a" });
    const { body } = await call(simulator.url, creditPath, {}, { session: "fake-a" });
    expect(body.data.credit).toEqual({ vip_credit: 0, gift_credit: 4, purchase_credit: 0 });
  });

  test("is told to a client that sends its usual query, and refused with 1014 where that is set", async () => {
    const query = { aid: "513695", device_platform: "web", region: "CN", webId: "1" };
    expect((await call(simulator.url, creditPath, {}, { query })).body.ret).toBe("0");
    const picky = await createSimulator({ media: "blank", refusesBalanceQuery: true });
    const { body } = await call(picky.url, creditPath, {}, { query });
    expect(body).toMatchObject({ ret: "1014", errmsg: "system busy", data: null });
    expect((await call(picky.url, creditPath, {})).body.ret).toBe("0");
    await picky.close();
  });

  test("is told to a bearer too, and refused with 34010105 to nobody", async () => {
    const headers = { authorization: "Bearer fake-a" };
    const bearer = await call(simulator.url, creditPath, {}, { session: null, headers });
    expect(bearer.body.ret).toBe("0");
    const nobody = await call(simulator.url, creditPath, {}, { session: null });
    expect(shapeOf(nobody.body)).toEqual(shapeOf(fixture("commerce_login_error").body));
    expect(nobody.body.ret).toBe("34010105");
    const empty = await call(simulator.url, creditPath, {}, { raw: "" });
    expect(empty.body.ret).toBe("34010100");
  });
});

describe("the passport", () => {
  test("answers without ret, alive or expired", async () => {
    const alive = await call(simulator.url, infoPath, {}, { session: "fake-a" });
    expect(shapeOf(alive.body)).toEqual(shapeOf(fixture("account_info_ok").body));
    simulator.setAccount({ session: "fake-a", expired: true });
    const expired = await call(simulator.url, infoPath, {}, { session: "fake-a" });
    expect(expired.body).toEqual(fixture("account_info_expired").body);
  });

  test("takes a post without a body, as the token check of many clients sends it", async () => {
    const { body } = await call(simulator.url, infoPath, {}, { session: "fake-a", raw: "" });
    expect(body.message).toBe("success");
    expect(body.data.user_id).toBeGreaterThan(0);
  });
});

describe("a session", () => {
  test("lives in the cluster of its first use and is answered 1015 elsewhere", async () => {
    const us = { session: "fake-us", region: "US", aid: 513641 };
    const ids = { history_ids: ["1"] };
    const path = "/mweb/v1/get_history_by_ids";
    expect((await call(simulator.url, path, ids, us)).body.ret).toBe("0");
    expect((await call(simulator.url, path, ids, { ...us, region: "SG" })).body.ret).toBe("1015");
    expect((await call(simulator.url, path, ids, { session: "fake-us" })).body.ret).toBe("1015");
    const hk = { session: "fake-hk", region: "HK", aid: 513641 };
    expect((await call(simulator.url, path, ids, hk)).body.ret).toBe("0");
    expect((await call(simulator.url, path, ids, { ...hk, region: "JP" })).body.ret).toBe("0");
    const info = await call(
      simulator.url,
      infoPath,
      {},
      { session: "fake-us", headers: { appid: "513641" } },
    );
    expect(info.body.data.app_id).toBe(513641);
  });

  test("that is not listed is a stranger's", async () => {
    const sessions = [{ session: "fake-known", credits: { gift: 1 } }];
    const closed = await createSimulator({ media: "blank", sessions });
    const known = await call(closed.url, creditPath, {}, { session: "fake-known" });
    expect(known.body.data.credit.gift_credit).toBe(1);
    const stranger = await call(closed.url, creditPath, {}, { session: "fake-stranger" });
    expect(stranger.body.ret).toBe("34010105");
    await closed.close();
  });

  test("is never shown by the control routes", async () => {
    await call(simulator.url, creditPath, {}, { session: "fake-secret-value" });
    for (const route of ["accepted-starts", "requests", "records", "accounts"]) {
      const text = await (await fetch(`${simulator.url}/_simulator/${route}`)).text();
      expect(text).not.toContain("fake-secret-value");
    }
  });
});
