// Tests the list of models: the registry at once, the sites' own lists behind it.

import { JimengError, models as registry } from "@jimeng/sdk";
import type { Model } from "@jimeng/sdk";
import { beforeEach, describe, expect, it } from "vitest";

import { FakeAccountClient } from "../testing/fake-account-client.ts";
import { silentLogger } from "../testing/job-harness.ts";
import { createModelCatalogue, mergeModelLists } from "./model-catalogue.ts";

const base = registry.find(({ id }) => id === "jimeng-4.0")!;
const fresh: Model = {
  ...base,
  id: "jimeng:key/brand_new_v9",
  aliases: [],
  modelKeys: { cn: "x" },
};

let clients: Map<string, FakeAccountClient>;
let now: number;
let stopped: string[];
beforeEach(() => {
  clients = new Map([["main", new FakeAccountClient()]]);
  now = 1_700_000_000_000;
  stopped = [];
});

const make = () =>
  createModelCatalogue({
    accounts: {
      list: () =>
        [...clients.keys()].map((name) => ({
          name,
          region: "cn",
          fingerprint: "0".repeat(16),
          adopted: name.startsWith("adopted"),
        })),
      connection: (name) => {
        const client = clients.get(name);
        return client && { client, upstream: {} as never, allowLoopbackDownloads: false };
      },
      blockedBy: (name) =>
        stopped.includes(name) ? new JimengError("session_invalid", "dead") : undefined,
    },
    now: () => now,
    logger: silentLogger,
  });

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
const ids = (list: readonly Model[]) => list.map(({ id }) => id);

describe("the catalogue", () => {
  it("returns the built-in list at once, then what the site offers, read once an hour", async () => {
    const client = clients.get("main")!;
    client.live = [...registry, fresh];
    const catalogue = make();
    expect(client.asked).toEqual([]);
    expect(ids(catalogue.list())).toEqual(ids(registry));
    await turn();
    expect(ids(catalogue.list())).toContain(fresh.id);
    now += 3_599_999;
    catalogue.list();
    expect(client.asked).toEqual(["models"]);
    now += 1;
    catalogue.list();
    expect(client.asked).toEqual(["models", "models"]);
  });

  it("keeps its list when the site cannot be read, and tries again after a minute", async () => {
    const client = clients.get("main")!;
    client.failures = [new JimengError("connection_failed", "no way")];
    const catalogue = make();
    catalogue.list();
    await turn();
    expect(ids(catalogue.list())).toEqual(ids(registry));
    expect(client.asked).toHaveLength(1);
    now += 60_000;
    catalogue.list();
    expect(client.asked).toHaveLength(2);
  });

  it("reads neither from adopted accounts nor from blocked ones", async () => {
    clients.set("adopted-1", new FakeAccountClient());
    clients.set("dead", new FakeAccountClient());
    stopped = ["dead"];
    make().list();
    await turn();
    expect([...clients.values()].map(({ asked }) => asked.length)).toEqual([1, 0, 0]);
  });

  it("checks requests against what the sdk will use, without a read", () => {
    const catalogue = make();
    expect(ids(catalogue.known())).toEqual(ids(registry));
    expect(ids(catalogue.known("main"))).toEqual(ids(registry));
    expect(ids(catalogue.known("nobody"))).toEqual(ids(registry));
    expect(clients.get("main")!.asked).toEqual([]);
  });
});

describe("merged lists", () => {
  it("prefer a site's own entry to the built-in one, whichever list comes first, and add up regions", () => {
    const named: Model = { ...base, name: "图片 4.0", modelKeys: { ...base.modelKeys, sg: "k" } };
    for (const lists of [
      [registry, [named]],
      [[named], registry],
    ]) {
      const merged = mergeModelLists(lists).find(({ id }) => id === base.id);
      expect(merged).toMatchObject({
        name: "图片 4.0",
        modelKeys: { cn: base.modelKeys.cn, sg: "k" },
      });
    }
  });

  it("show a new model once, with all the regions that have it", () => {
    const elsewhere: Model = { ...fresh, modelKeys: { us: "x" } };
    const merged = mergeModelLists([[fresh], [elsewhere]]).filter(({ id }) => id === fresh.id);
    expect(merged).toMatchObject([{ modelKeys: { cn: "x", us: "x" } }]);
  });
});
