// Every host runs every story: a picture, a slow video, a person who declines, nobody to ask, a host that is killed.
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startMcpGateway } from "./gateway.ts";
import type { McpGateway } from "./gateway.ts";
import { hosts, openHost, seenByModel } from "./hosts.ts";

const picture = { model: "jimeng-5.0-flash", resolution: "2k" };
const video = { model: "jimeng-video-seedance-2.5", resolution: "720p", duration_seconds: 5 };

let gateway: McpGateway;
let count = 0;
beforeAll(async () => {
  gateway = await startMcpGateway();
});
afterAll(() => gateway.close());

/** Counts the paid starts that the upstream saw. */
const starts = (): number => gateway.simulator.acceptedStarts().length;

// First, while there are few results: posters are made one after the other.
test("shows the poster of a video, once it is made", { timeout: 30_000 }, async () => {
  const session = await openHost(
    hosts.find(({ name }) => name === "Cline")!,
    gateway,
  );
  const sent = { prompt: "a lighthouse that is filmed", ...video };
  const done = await session.call("generate_video", sent);
  const { job_id: id, assets } = done.structuredContent as {
    job_id: string;
    assets: [{ id: string }];
  };
  const typesOf = async (name: string, given: Record<string, unknown>): Promise<string[]> =>
    (await session.call(name, given)).content.map(({ type }) => type);
  await expect
    .poll(() => typesOf("show_image", { asset_id: assets[0].id }), {
      timeout: 20_000,
      interval: 250,
    })
    .toEqual(["text", "image"]);
  expect(await typesOf("get_job", { job_id: id })).toEqual(["text", "image", "resource_link"]);
  await session.close();
});

describe.each(hosts)("$name", (host) => {
  // Many hosts on one gateway: no two stories ask for the same.
  const prompt = (): string => `a lighthouse, number ${count++}`;

  test("gets a picture within its limit, and its model learns where it is", async () => {
    const session = await openHost(host, gateway);
    const sent = { prompt: prompt(), count: 2, ...picture };
    const seen: number[] = [];
    const answer = await session.call("generate_image", sent, {
      onProgress: ({ progress }) => seen.push(progress),
    });
    await session.close();
    expect(answer.structuredContent).toMatchObject({ status: "completed", model: picture.model });
    expect(answer.structuredContent["assets"]).toHaveLength(2);
    expect(answer.content.map(({ type }) => type)).toEqual([
      ...["text", "image", "image", "resource_link", "resource_link"],
    ]);
    expect(JSON.stringify(answer).length).toBeLessThan(Math.min(host.maxBytes, 300_000));
    for (const { id, url } of answer.structuredContent["assets"] as { id: string; url: string }[]) {
      expect(seenByModel(host, answer)).toContain(id);
      expect(seenByModel(host, answer)).toContain(url);
      expect((await fetch(url)).status).toBe(200);
    }
    expect(seen).toEqual([...new Set(seen)].toSorted((one, other) => one - other));
    if (!(host.transport === "http" && host.protocol !== "2026"))
      expect(seen.length).toBeGreaterThan(0);
  });

  test("gets a handle of a slow video within its time, the same job again, then the video", async () => {
    const session = await openHost(host, gateway);
    const before = starts();
    const sent = { prompt: prompt(), ...video };
    const handle = await session.call("generate_video", { ...sent, wait_seconds: 0 });
    expect(handle.isError).toBeFalsy();
    const { next, job_id: id } = handle.structuredContent;
    expect(seenByModel(host, handle)).toContain("wait_for_job");
    const again = await session.call("generate_video", { ...sent, wait_seconds: 0 });
    expect(again.structuredContent).toMatchObject({ job_id: id, joined: true });
    const done = await session.call(next.tool, next.arguments);
    expect(done.structuredContent).toMatchObject({ status: "completed", job_id: id });
    expect(starts() - before).toBe(1);
    await session.close();
  });

  test("joins its job after a call that it gave up, until it was sent the result", async () => {
    const session = await openHost(host, gateway);
    const before = starts();
    const sent = { prompt: prompt(), ...picture };
    const cut = new AbortController();
    const given = session
      .call("generate_image", sent, { signal: cut.signal })
      .catch(() => undefined);
    await expect.poll(() => starts() - before, { interval: 10 }).toBe(1);
    cut.abort(new Error("60 s are over"));
    await given;
    const again = await session.call("generate_image", sent);
    expect(again.structuredContent).toMatchObject({ status: "completed", joined: true });
    expect(starts() - before).toBe(1);
    await session.close();
  });

  test("starts nothing that a person declines, or that nobody could be asked about", async () => {
    const asked: string[] = [];
    const session = await openHost(host, gateway, {
      limits: { perCall: 1, perDay: 100 },
      person: (message) => {
        asked.push(message);
        return { action: "decline" };
      },
    });
    const before = starts();
    const { data: rows } = await gateway.client.jobs.list({ limit: 1 });
    // Over HTTP the limits are the gateway's.
    const count = host.transport === "http" ? 10 : 1;
    const model = host.transport === "http" ? "jimeng-4.0" : picture.model;
    const sent = { prompt: prompt(), model, resolution: "2k", count, wait_seconds: 0 };
    const answer = await session.call("generate_image", sent);
    const canAsk = host.asks && !(host.transport === "http" && host.protocol !== "2026");
    expect(asked).toHaveLength(canAsk ? 1 : 0);
    expect(answer.structuredContent["status"]).toBe(canAsk ? "declined" : "needs_confirmation");
    expect(seenByModel(host, answer)).toContain("othing was paid");
    expect(starts()).toBe(before);
    expect((await gateway.client.jobs.list({ limit: 1 })).data[0]?.id).toBe(rows[0]?.id);
    if (!canAsk) {
      const { next } = answer.structuredContent;
      const bought = await session.call(next.tool, next.arguments);
      expect(bought.structuredContent["job_id"]).toMatch(/^job_/);
      const twice = await session.call(next.tool, next.arguments);
      expect(twice.structuredContent["job_id"]).toBe(bought.structuredContent["job_id"]);
    }
    await session.close();
  });

  test("loses nothing when it is killed", async () => {
    const before = starts();
    const sent = { prompt: prompt(), ...picture };
    const killed = await openHost(host, gateway);
    killed.call("generate_image", sent).catch(() => undefined);
    await expect.poll(() => starts() - before, { interval: 10 }).toBe(1);
    await killed.kill();
    const session = await openHost(host, gateway);
    const answer = await session.call("generate_image", sent);
    expect(answer.structuredContent).toMatchObject({ status: "completed", joined: true });
    expect(starts() - before).toBe(1);
    await session.close();
  });
});
