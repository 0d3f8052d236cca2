// Tests the check of accounts: what is found, how many at once, and what it does to their health.

import { JimengError } from "@jimeng/sdk";
import { beforeEach, describe, expect, it } from "vitest";

import { createAccountCheck } from "./check.ts";
import { FakeAccountClient } from "../testing/fake-account-client.ts";

let clients: Map<string, FakeAccountClient>;
let noted: string[];
beforeEach(() => {
  clients = new Map();
  noted = [];
});

function put(name: string): FakeAccountClient {
  const client = new FakeAccountClient();
  clients.set(name, client);
  return client;
}

const check = (...names: string[]) =>
  createAccountCheck({
    get: (name) =>
      clients.has(name)
        ? { name, region: "cn", fingerprint: "0".repeat(16), adopted: false }
        : undefined,
    connection: (name) => {
      const client = clients.get(name);
      return client && { client, upstream: {} as never, allowLoopbackDownloads: false };
    },
    noteFailure: (name, error) => void noted.push(`${name} ${error.code}`),
    noteChecked: (name) => void noted.push(`${name} checked`),
  })(names);

describe("a check", () => {
  it("tells the user, credits, membership and models of a session that is alive, and lifts a block", async () => {
    const client = put("main");
    client.membership = "standard";
    const [found] = await check("main");
    expect(found).toMatchObject({
      account: "main",
      region: "cn",
      valid: true,
      user: { id: "7000000000000000001", name: "somebody" },
      credits: 60,
      membership: "standard",
      error: null,
    });
    expect(found!.models).toContain("jimeng-4.0");
    expect(noted).toEqual(["main checked"]);
  });

  it("of a dead session says so and sends nothing more", async () => {
    const client = put("main");
    const error = new JimengError("session_invalid", "expired");
    client.alive = { alive: false, error };
    const [found] = await check("main");
    expect(found).toMatchObject({ valid: false, user: null, credits: null, error });
    expect(client.asked).toEqual(["check"]);
    expect(noted).toEqual(["main session_invalid"]);
  });

  it("that cannot be made now does not tell whether the session is alive", async () => {
    put("main").failures = [new JimengError("connection_failed", "no way")];
    const [found] = await check("main");
    expect(found).toMatchObject({ valid: null, error: { code: "connection_failed" } });
    expect(noted).toEqual(["main connection_failed"]);
  });

  it("whose credits cannot be read still says that the session is alive", async () => {
    const client = put("main");
    const { retrieve } = client.credits;
    client.credits.retrieve = async (options) => {
      client.failures = [new JimengError("upstream_unavailable", "503")];
      return await retrieve(options);
    };
    const [found] = await check("main");
    expect(found).toMatchObject({ valid: true, credits: null, membership: null });
    expect(found!.error).toMatchObject({ code: "upstream_unavailable" });
  });

  it("of many runs at most five at the same time and keeps their order, each once", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `account-${index}`);
    const gauge = { now: 0, most: 0 };
    for (const name of names) put(name).gauge = gauge;
    const found = await check(...names, "account-3");
    expect(found.map(({ account }) => account)).toEqual(names);
    expect(gauge.most).toBe(5);
  });

  it("of an unknown name is refused before anything is sent", async () => {
    const client = put("main");
    await expect(check("main", "nobody")).rejects.toMatchObject({
      code: "not_found",
      detail: { what: "account" },
    });
    expect(client.asked).toEqual([]);
  });
});
