// Tests the list of models: the built-in one at once, the sites' own lists behind it, and the differences between them.

import { JimengError, models as builtInModels } from "@jimeng/sdk";
import type { Model, Region } from "@jimeng/sdk";
import type { LiveList, LiveModel } from "@jimeng/sdk/registry";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { GatewayDatabase } from "../database/database.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { FakeAccountClient } from "../testing/fake-account-client.ts";
import { noObserver } from "../observer.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import type { Account } from "./account.ts";
import { createLiveModelRefresh } from "./live-model-refresh.ts";
import { createLiveModelStore } from "./live-model-store.ts";
import { createLiveRegistry } from "./live-registry.ts";
import { createModelCatalogue, mergeModelLists } from "./model-catalogue.ts";

const hourMs = 3_600_000;
const minuteMs = 60_000;

const base = builtInModels.find(({ id }) => id === "jimeng-4.0")!;
const freshKey = "brand_new_v9";
const freshId = `jimeng:key/${freshKey}`;

let place: TestDatabase;
let database: GatewayDatabase;
let clock: ManualClock;
let stopped: string[];
let opened: { close(): Promise<void> }[];
beforeEach(async () => {
  place = await makeTestDatabase();
  database = await place.open();
  clock = new ManualClock();
  stopped = [];
  opened = [];
});
afterEach(async () => {
  for (const refresh of opened) await refresh.close();
  await database.close();
  await place.remove();
});

function listsWith(...entries: LiveModel[]): LiveList[] {
  return [{ region: "cn", kind: "image", readAt: clock.now(), isComplete: false, models: entries }];
}

const fresh: LiveModel = { key: freshKey, isOnline: true };

/** Opens a node of a cluster (or the only one) with these accounts, whose names begin with their region. */
async function openNode(clients: Record<string, FakeAccountClient>) {
  const list = Object.keys(clients).map((name): Account => ({
    name,
    region: name.slice(0, 2) as Region,
    fingerprint: "0".repeat(16),
    adopted: name.endsWith("-adopted"),
  }));
  const accounts = {
    list: () => list,
    get: (name: string) => list.find((account) => account.name === name),
    connection: (name: string) =>
      clients[name] && {
        client: clients[name],
        upstream: {} as never,
        allowLoopbackDownloads: false,
      },
    blockedBy: (name: string) =>
      stopped.includes(name) ? new JimengError("session_invalid", "dead") : undefined,
  };
  const logged: object[] = [];
  const observed: string[] = [];
  const logger = {
    debug: () => undefined,
    info: () => undefined,
    error: () => undefined,
    warn: (fields: object) => void logged.push(fields),
  };
  const registry = createLiveRegistry(() => clock.now());
  const refresh = createLiveModelRefresh({
    accounts,
    registry,
    store: createLiveModelStore(database),
    clock,
    logger,
    observer: {
      ...noObserver,
      registryChanged: ({ change, region, model }) =>
        void observed.push(`${change} ${region} ${model}`),
    },
  });
  opened.push(refresh);
  await refresh.load();
  const catalogue = createModelCatalogue({ accounts, registry, refresh });
  return { catalogue, refresh, registry, logged, observed };
}

// A database server answers in real time, which the clock does not move.
async function rest() {
  for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setTimeout(resolve, 2));
  await clock.settle();
}
async function after(milliseconds: number, node: { refresh: { wake(): void } }) {
  clock.sleep(milliseconds);
  node.refresh.wake();
  await rest();
}

const ids = (list: readonly Model[]) => list.map(({ id }) => id);
const reads = (client: FakeAccountClient) => client.asked.filter((one) => one === "models").length;

describe("the catalogue", () => {
  it("returns the built-in list at once, then what the site offers, read once an hour", async () => {
    const client = new FakeAccountClient();
    client.live = listsWith(fresh);
    const node = await openNode({ "cn-main": client });
    expect(reads(client)).toBe(0);
    expect(ids(node.catalogue.list())).toEqual(ids(builtInModels));
    await rest();
    expect(ids(node.catalogue.list())).toContain(freshId);
    expect(ids(node.catalogue.known("cn-main"))).toContain(freshId);
    expect(ids(node.catalogue.known("nobody"))).toEqual(ids(builtInModels));
    await after(hourMs - 1, node);
    expect(reads(client)).toBe(1);
    await after(minuteMs, node);
    expect(reads(client)).toBe(2);
  });

  it("knows the last lists after a start without a network, and does not read them again too soon", async () => {
    const client = new FakeAccountClient();
    client.live = listsWith(fresh);
    await openNode({ "cn-main": client });
    const first = await openNode({ "cn-main": client });
    first.refresh.wake();
    await rest();
    const offline = new FakeAccountClient();
    offline.failures = Array.from({ length: 9 }, () => new JimengError("connection_failed", "no"));
    const node = await openNode({ "cn-main": offline });
    expect(ids(node.catalogue.list())).toContain(freshId);
    await rest();
    expect(reads(offline)).toBe(0);
    await after(hourMs, node);
    expect(reads(offline)).toBe(1);
    expect(ids(node.catalogue.list())).toContain(freshId);
  });

  it("tries again after a minute when the site cannot be read, then ever more rarely, by another account", async () => {
    const one = new FakeAccountClient();
    const two = new FakeAccountClient();
    for (const client of [one, two]) {
      client.failures = Array.from({ length: 9 }, () => new JimengError("connection_failed", "no"));
    }
    const node = await openNode({ "cn-one": one, "cn-two": two });
    await after(0, node);
    expect([reads(one), reads(two)]).toEqual([1, 0]);
    await after(minuteMs, node);
    expect([reads(one), reads(two)]).toEqual([1, 1]);
    await after(minuteMs, node);
    expect([reads(one), reads(two)]).toEqual([1, 1]);
    await after(minuteMs, node);
    expect([reads(one), reads(two)]).toEqual([2, 1]);
    expect(ids(node.catalogue.list())).toEqual(ids(builtInModels));
  });

  it("reads neither with accounts of callers nor with blocked ones, and no region without an account", async () => {
    const names = ["cn-one", "cn-two", "us-adopted", "sg-dead"];
    const clients = Object.fromEntries(names.map((name) => [name, new FakeAccountClient()]));
    stopped = ["sg-dead"];
    await after(0, await openNode(clients));
    expect(Object.values(clients).map(reads)).toEqual([1, 0, 0, 0]);
  });

  it("reads once for all nodes, and the others know it within a minute", async () => {
    const client = new FakeAccountClient();
    client.live = listsWith(fresh);
    const one = await openNode({ "cn-main": client });
    const two = await openNode({ "cn-main": client });
    one.refresh.wake();
    two.refresh.wake();
    await rest();
    expect(reads(client)).toBe(1);
    await after(minuteMs, one);
    await after(minuteMs, two);
    expect(reads(client)).toBe(1);
    for (const { catalogue } of [one, two]) expect(ids(catalogue.list())).toContain(freshId);
  });

  it("reads again ten minutes after the last read when a start was refused as with an old list", async () => {
    const client = new FakeAccountClient();
    client.live = listsWith(fresh);
    const node = await openNode({ "cn-main": client });
    await after(0, node);
    await after(minuteMs, node);
    const refusal = (ret: string) =>
      new JimengError("model_unavailable", "no", { upstream: { ret } });
    node.registry.noteFailure("cn", refusal("1006"));
    node.registry.noteFailure("us", refusal("2061"));
    await after(20 * minuteMs, node);
    expect(reads(client)).toBe(1);
    node.registry.noteFailure("cn", refusal("2061"));
    await after(minuteMs, node);
    expect(reads(client)).toBe(2);
    await after(minuteMs, node);
    node.registry.noteFailure("cn", refusal("3018"));
    await after(8 * minuteMs, node);
    expect(reads(client)).toBe(2);
    await after(minuteMs, node);
    expect(reads(client)).toBe(3);
    await after(20 * minuteMs, node);
    expect(reads(client)).toBe(3);
  });

  it("keeps a list that the site answers empty, and one that is stored damaged breaks nothing", async () => {
    const client = new FakeAccountClient();
    client.live = listsWith(fresh);
    const node = await openNode({ "cn-main": client });
    await after(0, node);
    client.live = listsWith();
    await after(hourMs, node);
    expect(ids(node.catalogue.list())).toContain(freshId);
    await database.tables
      .updateTable("live_models")
      .set({ lists: '[{"region":"cn","models":7}]', changes: "{" })
      .execute();
    const restarted = await openNode({ "cn-main": client });
    expect(ids(restarted.catalogue.list())).toEqual(ids(builtInModels));
  });
});

describe("the alarm", () => {
  it("tells each difference to the built-in table once, to the log and to the observer", async () => {
    const client = new FakeAccountClient();
    const tagged = (tag: string): LiveModel => ({
      key: "key_of_nobody",
      isOnline: true,
      benefits: [{ resolution: "2k", tag }],
    });
    client.live = listsWith(fresh, { key: base.modelKeys.cn!, isOnline: false });
    const node = await openNode({ "cn-main": client });
    await after(0, node);
    const expected = [`gone cn ${base.id}`, `appeared cn ${freshId}`];
    expect(node.observed).toEqual(expected);
    expect(node.logged).toMatchObject([{ change: "gone" }, { change: "appeared" }]);
    expect(node.catalogue.changes()).toHaveLength(2);
    await after(hourMs, node);
    expect(node.observed).toEqual(expected);
    const restarted = await openNode({ "cn-main": client });
    await after(hourMs, restarted);
    expect(restarted.observed).toEqual([]);
    client.live = listsWith(fresh, tagged("other_tag"));
    await after(hourMs, restarted);
    expect(restarted.observed).toEqual(["appeared cn jimeng:key/key_of_nobody"]);
    expect(restarted.catalogue.changes()).toHaveLength(2);
  });

  it("logs a flood of differences in part", async () => {
    const client = new FakeAccountClient();
    client.live = listsWith(
      ...Array.from({ length: 200 }, (_, index) => ({ key: `key_${index}`, isOnline: true })),
    );
    const node = await openNode({ "cn-main": client });
    await after(0, node);
    expect(node.observed).toHaveLength(200);
    expect(node.logged).toHaveLength(21);
    expect(node.logged.at(-1)).toEqual({ changes: 180 });
  });
});

describe("merged lists", () => {
  it("prefer a site's own entry to the built-in one, whichever list comes first, and add up regions", () => {
    const named: Model = { ...base, name: "图片 4.0", modelKeys: { ...base.modelKeys, sg: "k" } };
    for (const lists of [
      [builtInModels, [named]],
      [[named], builtInModels],
    ]) {
      const merged = mergeModelLists(lists).find(({ id }) => id === base.id);
      expect(merged).toMatchObject({
        name: "图片 4.0",
        modelKeys: { cn: base.modelKeys.cn, sg: "k" },
      });
    }
  });

  it("show a new model once, with all the regions that have it", () => {
    const here: Model = { ...base, id: freshId, aliases: [], modelKeys: { cn: freshKey } };
    const elsewhere: Model = { ...here, modelKeys: { us: freshKey } };
    const merged = mergeModelLists([[here], [elsewhere]]).filter(({ id }) => id === freshId);
    expect(merged).toMatchObject([{ modelKeys: { cn: freshKey, us: freshKey } }]);
  });

  it("prefer a site that offers a model to one that has retired it", () => {
    const retired: Model = { ...base, status: "retired" };
    const offered: Model = { ...base, name: "图片 4.0" };
    const merged = mergeModelLists([[retired], [offered]]).find(({ id }) => id === base.id);
    expect(merged).toMatchObject({ status: "live", name: "图片 4.0" });
  });
});
