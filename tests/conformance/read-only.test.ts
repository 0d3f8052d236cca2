// Tests the free conformance run: what it sends and nothing else, what it finds, and what its records hold.
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Fetch, Jimeng, type JimengOptions } from "@jimeng/sdk";
import { createSimulator, type Simulator } from "@jimeng/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { png } from "./materials.ts";
import { createGuard } from "./read-only/guard.ts";
import { plannedRequests } from "./read-only/plan.ts";
import { describeFindings, describePlan } from "./read-only/report.ts";
import { expectedBodies, type Finding, hostsOf, runReadOnly } from "./read-only/run.ts";
import { compareShapes, shapeOf } from "./answers/shapes.ts";

const session = "readonly0session0readonly0session";
const prompt = "a very secret garden";
let simulator: Simulator;
let client: JimengOptions;
let submitId = "";

beforeAll(async () => {
  simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 20, videoMs: 20, visibleAfterMs: 0 },
  });
  const { url } = simulator;
  client = {
    session,
    baseUrls: { mweb: url, commerce: url, passport: url, imagex: url, vod: url },
  };
  const { generations, images } = new Jimeng(client);
  await images.generate({ model: "jimeng-4.0", prompt }, { pollIntervalMs: 50 });
  const made = await generations.list();
  submitId = made.generations[0]!.operation.submitId;
});

afterAll(async () => {
  await simulator?.close();
});

/** Sends nothing: answers each planned request with its first fixture, changed by the test. */
function fixtureSite(change: (name: string, body: any) => unknown = (_, body) => body): Fetch {
  return async (address) => {
    const { pathname } = new URL(address);
    const request = plannedRequests.find(({ path }) => path === pathname)!;
    return Response.json(change(request.name, structuredClone(expectedBodies(request)[0])));
  };
}

function verdicts(findings: Finding[]): Record<string, string> {
  return Object.fromEntries(findings.map(({ name, verdict }) => [name, verdict]));
}

const everywhere = (verdict: string) =>
  Object.fromEntries(plannedRequests.map(({ name }) => [name, verdict]));

describe("a free conformance run", () => {
  test("sends exactly the requests that it announces, each once, and finds them right", async () => {
    const before = simulator.requests().length;
    const findings = await runReadOnly({ client });
    expect(verdicts(findings)).toEqual(everywhere("ok"));
    const sent = simulator.requests().slice(before);
    expect(sent.map(({ path }) => path).toSorted()).toEqual(
      plannedRequests.map(({ path }) => path).toSorted(),
    );
    const plan = describePlan(hostsOf(client));
    for (const { path } of sent) expect(plan).toContain(`POST ${simulator.url}${path}  {`);
    expect(plan).toContain("None of them costs credits");
  });

  test("records answers that hold neither the session nor ids, names, prompts or URLs", async () => {
    const folder = mkdtempSync(join(tmpdir(), "jimeng-conformance-"));
    try {
      await runReadOnly({ client, recordIn: folder });
      expect(readdirSync(folder).toSorted()).toEqual(
        [...plannedRequests.map(({ name }) => `${name}.json`), "report.json"].toSorted(),
      );
      const texts = readdirSync(folder).map((name) => {
        expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
        return readFileSync(join(folder, name), "utf8");
      });
      const all = texts.join("\n");
      const { userId, name, avatarUrl } = await new Jimeng(client).account.retrieve();
      const { generations } = await new Jimeng(client).generations.list();
      const items = generations.flatMap(({ outputs }) => outputs.map(({ itemId }) => itemId));
      const { historyId } = generations[0]!.operation;
      for (const secret of [session, prompt, submitId, historyId, userId, name, avatarUrl]) {
        expect(secret).not.toBeNull();
        expect(all).not.toContain(secret);
      }
      for (const item of items) expect(all).not.toContain(item);
      expect(all).not.toContain(simulator.url);
      const history = JSON.parse(readFileSync(join(folder, "generation-history.json"), "utf8"));
      expect(history.body.data.records_list).toHaveLength(1);
      const models = readFileSync(join(folder, "video-models.json"), "utf8");
      expect(models).toContain("dreamina_seedance_45_pro");
      expect(models).toContain("seedance_25_720p_output");
      await expect(runReadOnly({ client, recordIn: folder })).rejects.toMatchObject({
        code: "invalid_request",
        message: expect.stringContaining("is not empty"),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("says of every endpoint what differs", async () => {
    const findings = await runReadOnly({
      client,
      send: fixtureSite((name, body) => {
        if (name === "credits") delete body.data.credit.gift_credit;
        if (name === "credit-history") body.data.records = {};
        if (name === "image-models") body.data.model_list.push({ model_name: "no key" });
        if (name === "video-models") body.data.model_list[0].model_status = "online";
        if (name === "generation-history") body.data.next_page = 7;
        return body;
      }),
    });
    expect(verdicts(findings)).toEqual({
      ...everywhere("differs"),
      account: "ok",
      "generation-history": "ok",
    });
    const details = Object.fromEntries(findings.map((each) => [each.name, each.details]));
    expect(details["credits"]).toEqual(["data.credit.gift_credit is missing"]);
    expect(details["credit-history"]!.join()).toContain("unexpected_response");
    expect(details["credit-history"]!.join()).toContain("data.records is object, was list");
    expect(details["image-models"]!.join()).toContain("could read only 1 models");
    expect(details["video-models"]).toContain(
      "data.model_list[].model_status is number or text, was number",
    );
    const text = describeFindings(findings);
    expect(text).toMatch(/user_credit +differs\n {2}- data\.credit\.gift_credit is missing\n/);
    expect(text).toContain("new fields: data.next_page");
  });

  test("tells of two requests of one call which was refused", async () => {
    const site = fixtureSite();
    const findings = await runReadOnly({
      client,
      send: async (address, init) =>
        address.includes("/mweb/v1/get_common_config")
          ? Response.json({ ret: "1014", errmsg: "busy" })
          : new Promise((resolve) => setImmediate(() => resolve(site(address, init)))),
    });
    expect(verdicts(findings)).toEqual({ ...everywhere("ok"), "image-models": "refused" });
  });

  test("names nobody in its report who stands in a key", async () => {
    const findings = await runReadOnly({
      client,
      send: fixtureSite((name, body) => {
        if (name === "account") body.data.screen_name = "somebody";
        if (name === "credits") body.data.somebody = { level: 1 };
        return body;
      }),
    });
    expect(JSON.stringify(findings)).not.toContain("somebody");
    expect(findings[1]!.added).toEqual(["data.*", "data.*.level"]);
  });

  test("ends at a refused session, and tells the code without the site's words", async () => {
    let calls = 0;
    const findings = await runReadOnly({
      client,
      send: async () => {
        calls += 1;
        return Response.json({
          message: "error",
          data: { error_code: 13, description: "somebody" },
        });
      },
    });
    expect(calls).toBe(1);
    expect(verdicts(findings)).toEqual({ ...everywhere("not sent"), account: "refused" });
    expect(findings[0]!.details).toEqual(["session_invalid, the session is refused"]);
  });

  test("tells a refusal of one endpoint, an answer that is no JSON, and no answer apart", async () => {
    const site = fixtureSite((name, body) =>
      name === "credits" ? { ret: "1014", errmsg: "system busy", data: null } : body,
    );
    const findings = await runReadOnly({
      client,
      send: async (address, init) => {
        if (address.includes("user_credit_history")) return new Response("<html>", { status: 200 });
        if (address.includes("/get_history")) throw new TypeError("fetch failed");
        return site(address, init);
      },
    });
    expect(verdicts(findings)).toEqual({
      ...everywhere("ok"),
      credits: "refused",
      "credit-history": "refused",
      "generation-history": "failed",
    });
    const details = findings.flatMap((each) => each.details);
    expect(details).toEqual([
      "upstream_unavailable, ret 1014",
      "unexpected_response, HTTP 200, 6 bytes, no JSON",
      "connection_failed",
    ]);
  });
});

describe("the guard", () => {
  const send: Fetch = async () => {
    throw new Error("sent");
  };

  test("lets no paid call, upload, claim, cancel or other read leave", async () => {
    const { fetch, paidFetch } = createGuard({
      planned: plannedRequests,
      hosts: hostsOf(client),
      send: globalThis.fetch,
    });
    const jimeng = new Jimeng({ ...client, fetch, paidFetch, maxRetryCount: 0 });
    const made = await new Jimeng(client).generations.list();
    const { operation } = made.generations[0]!;
    const before = simulator.requests().length;
    const calls = [
      jimeng.generations.start({ kind: "image", model: "jimeng-4.0", prompt }),
      jimeng.videos.generate({ model: "jimeng-video-3.0", prompt }),
      jimeng.audio.speech({ model: "jimeng-speech", prompt: "hello", voice: "1" }),
      jimeng.uploads.create(png(1)),
      jimeng.credits.claim(),
      jimeng.generations.cancel(operation),
      jimeng.generations.find([submitId]),
      jimeng.credits.history({ limit: 7 }),
    ];
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({
        status: "rejected",
        reason: { message: expect.stringContaining("was not sent") },
      });
    }
    expect(simulator.requests()).toHaveLength(before);
  });

  test("lets a planned request leave once, to its own host, with its own body and method", async () => {
    const { fetch } = createGuard({ planned: plannedRequests, hosts: hostsOf(client), send });
    const { path } = plannedRequests[0]!;
    const refused = /not on this run's list/;
    const init = { method: "POST", body: "{}" };
    await expect(fetch(`https://example.com${path}`, init)).rejects.toThrow(refused);
    await expect(fetch(`${simulator.url}${path}/more`, init)).rejects.toThrow(refused);
    await expect(fetch(`${simulator.url}${path}`, { method: "GET" })).rejects.toThrow(refused);
    await expect(
      fetch(`${simulator.url}${path}`, { method: "POST", body: '{"claim":true}' }),
    ).rejects.toThrow(refused);
    await expect(fetch(`${simulator.url}${path}`, init)).rejects.toThrow("sent");
    await expect(fetch(`${simulator.url}${path}`, init)).rejects.toThrow(refused);
  });

  test("plans only endpoints that are known to be free reads", () => {
    expect(plannedRequests.map(({ path }) => path)).toEqual([
      "/passport/account/info/v2",
      "/commerce/v1/benefits/user_credit",
      "/commerce/v1/benefits/user_credit_history",
      "/mweb/v1/get_common_config",
      "/mweb/v1/video_generate/get_common_config",
      "/mweb/v1/get_history",
    ]);
  });
});

describe("shapes", () => {
  test.each(plannedRequests)("of $name: what the sdk reads is in the fixtures", (request) => {
    const shape = shapeOf(...expectedBodies(request));
    expect(request.reads.filter((path) => !shape.has(path))).toEqual([]);
  });

  test("call a path missing only where its parent is there, and a null no other kind", () => {
    const expected = shapeOf({ list: [{ id: "1", size: { width: 1 } }], flag: true });
    const reads = ["list", "list[].id", "list[].size.width", "flag"];
    expect(compareShapes(expected, shapeOf({ list: [], flag: null }), reads)).toEqual({
      missing: [],
      changed: [],
      added: [],
      absent: [],
    });
    const other = compareShapes(expected, shapeOf({ list: [{ size: {}, more: 1 }] }), reads);
    expect(other.missing).toEqual(["list[].id", "list[].size.width", "flag"]);
    expect(other.added).toEqual(["list[].more"]);
  });
});
