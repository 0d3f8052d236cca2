// What no host should send, and some do: nothing crashes, nothing is stored, and nothing but messages is written.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { plainPicture } from "../chaos/png.ts";
import { canary, startMcpGateway } from "./gateway.ts";
import type { McpGateway, StdioServer } from "./gateway.ts";
import { hosts, openHost } from "./hosts.ts";
import type { Session } from "./hosts.ts";

let gateway: McpGateway;
let folder: string;
let session: Session;
const stdioHost = hosts.find(({ name }) => name === "Cline")!;
const askingHost = hosts.find(({ name }) => name === "v2 client on stdio")!;
const httpHost = hosts.find(({ name }) => name === "v2 client over HTTP")!;
const picture = { model: "jimeng-5.0-flash", resolution: "2k" };

beforeAll(async () => {
  gateway = await startMcpGateway();
  folder = mkdtempSync(join(tmpdir(), "jimeng-mcp-files-"));
  mkdirSync(join(folder, "allowed"));
  writeFileSync(join(folder, "allowed", "a.png"), plainPicture(0x3366aa));
  writeFileSync(join(folder, "secret.png"), plainPicture(0xaa3366));
  symlinkSync(join(folder, "secret.png"), join(folder, "allowed", "link.png"));
  session = await openHost(stdioHost, gateway, { allowed: [join(folder, "allowed")] });
});
afterAll(async () => {
  await session.close();
  rmSync(folder, { recursive: true, force: true });
  await gateway.close();
});

let rows = "";
/** Returns the newest row: it stays the same as long as nothing is stored. */
const newestRow = async (): Promise<string> =>
  (await gateway.client.jobs.list({ limit: 1 })).data[0]?.id ?? "none";
beforeEach(async () => {
  rows = await newestRow();
});

async function refusal(name: string, sent: Record<string, unknown>, by = session) {
  const answer = await by.call(name, sent);
  expect(answer.isError).toBe(true);
  expect(await newestRow()).toBe(rows);
  return answer.structuredContent["error"] as { code: string; message: string; charged: string };
}

describe("a path as a reference", () => {
  const generate = (path: string) =>
    refusal("generate_image", { prompt: "a copy", references: [path], ...picture });

  test.each([
    ["that climbs out", () => join(folder, "allowed", "..", "secret.png")],
    ["of a link that leads out", () => join(folder, "allowed", "link.png")],
    ["that is relative", () => "allowed/a.png"],
    ["of a network share", () => String.raw`\\server\share\a.png`],
    ["that is a file URL", () => `file://${folder}/allowed/a.png`],
    ["of a device", () => "/dev/zero"],
    ["of a folder", () => join(folder, "allowed")],
    ["of nothing", () => join(folder, "allowed", "none.png")],
    ["with a zero character", () => `${folder}/allowed/a.png\0`],
  ])("%s is refused", async (_what, path) => {
    expect(await generate(path())).toMatchObject({ code: "invalid_request", charged: "no" });
  });

  test("over HTTP reads nothing of this machine", async () => {
    const remote = await openHost(httpHost, gateway);
    const path = join(folder, "allowed", "a.png");
    const sent = { prompt: "a copy", references: [path], ...picture };
    expect((await refusal("generate_image", sent, remote)).message).toContain("asset_");
    await remote.close();
  });

  test("below an allowed folder is uploaded once, however often it is given", async () => {
    const source = join(folder, "allowed", "a.png");
    const first = await session.call("add_reference", { source });
    const second = await session.call("add_reference", { source });
    expect(first.structuredContent["reference"]).toMatch(/^file_/);
    expect(second.structuredContent).toEqual(first.structuredContent);
  });
});

describe("arguments", () => {
  test("that a tool does not have are named", async () => {
    const error = await refusal("generate_image", { prompt: "a", "colour\u001b[31m": "red" });
    expect(error.message).toContain('no argument "colour[31m"');
  });

  test("of 10 MB are refused, and the connection stays", async () => {
    const error = await refusal("generate_image", { prompt: "a".repeat(10 * 1024 * 1024) });
    expect(error.code).toBe("invalid_request");
    expect((await session.listTools()).length).toBeGreaterThan(10);
  });

  test("as a long data URL are refused with the way to upload", async () => {
    const references = [`data:image/png;base64,${"A".repeat(9000)}`];
    const error = await refusal("generate_image", { prompt: "a", references, ...picture });
    expect(error.message).toContain("9022 characters");
  });

  test("that were not UTF-8 are not paid for", async () => {
    expect((await refusal("generate_image", { prompt: "\ufffd\ufffd", ...picture })).code).toBe(
      "invalid_request",
    );
  });

  test("of a wrong kind say which", async () => {
    const error = await refusal("generate_image", { prompt: "a", count: "many" });
    expect(error.message).toContain("count");
  });
});

describe("a confirm_token", () => {
  const dear = { prompt: "a dear picture", count: 10, ...picture };
  const limits = { perCall: 1, perDay: 100 };

  test("that was forged, or made for other arguments or by another process, buys nothing", async () => {
    const careful = await openHost(stdioHost, gateway, { limits });
    const asked = await careful.call("generate_image", dear);
    const token = asked.structuredContent["confirm_token"] as string;
    const [body = ""] = token.split(".");
    for (const confirm_token of ["x", ".", `${body}.AAAA`, `${token}x`]) {
      const sent = { ...dear, confirm_token };
      expect((await refusal("generate_image", sent, careful)).code).toBe("invalid_request");
    }
    await refusal("generate_image", { ...dear, prompt: "more", confirm_token: token }, careful);
    const other = await openHost(stdioHost, gateway, { limits });
    await refusal("generate_image", { ...dear, confirm_token: token }, other);
    await Promise.all([careful.close(), other.close()]);
  });

  test("buys one job, however often it comes", async () => {
    const careful = await openHost(stdioHost, gateway, { limits });
    const sent = { ...dear, prompt: "bought once", wait_seconds: 0 };
    const { next } = (await careful.call("generate_image", sent)).structuredContent;
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => careful.call(next.tool, next.arguments)),
    );
    expect(new Set(answers.map(({ structuredContent }) => structuredContent["job_id"])).size).toBe(
      1,
    );
    await careful.close();
  });

  test("of another caller buys nothing over HTTP", async () => {
    const strict = { JIMENG_MCP_AUTO_CREDITS: "1" };
    const other = await startMcpGateway(strict);
    const old = hosts.find(({ name }) => name === "v1 client over HTTP")!;
    const one = await openHost(old, other);
    const asked = await one.call("generate_image", dear);
    const two = await openHost(old, { ...other, key: `${other.key}2` });
    const sent = { ...dear, confirm_token: asked.structuredContent["confirm_token"] };
    expect((await two.call("generate_image", sent)).isError).toBe(true);
    expect(other.simulator.acceptedStarts()).toEqual([]);
    await Promise.all([one.close(), two.close()]);
    await other.close();
  });
});

test("a requestState that was forged reaches no tool", async () => {
  const careful = await openHost(askingHost, gateway);
  const request = {
    method: "tools/call",
    params: {
      name: "generate_image",
      arguments: { prompt: "forged", ...picture },
      inputResponses: { spend: { action: "accept", content: { start: true } } },
      requestState: "v1.eyJwIjp7fX0.AAAA",
    },
  };
  const failed = await careful.client.request(request).catch((error: Error) => error);
  expect(String(failed)).toMatch(/requestState|-32602/);
  expect(await newestRow()).toBe(rows);
  await careful.close();
});

test("another key's job is not found, in any tool", async () => {
  const own = await session.call("generate_image", { prompt: "mine", wait_seconds: 0, ...picture });
  rows = await newestRow();
  const stranger = await openHost(httpHost, { ...gateway, key: `${gateway.key}2` });
  const { job_id } = own.structuredContent;
  for (const name of ["get_job", "wait_for_job", "cancel_job"]) {
    expect((await refusal(name, { job_id }, stranger)).code).toBe("not_found");
  }
  await stranger.close();
});

test("200 equal calls of one moment make one job", async () => {
  const before = gateway.simulator.acceptedStarts().length;
  const sent = { prompt: "two hundred", wait_seconds: 0, ...picture };
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => session.call("generate_image", sent)),
  );
  const ids = new Set(answers.map(({ structuredContent }) => structuredContent["job_id"]));
  expect(ids.size).toBe(1);
  await session.call("wait_for_job", { job_id: [...ids][0] });
  expect(gateway.simulator.acceptedStarts().length - before).toBe(1);
});

test("two processes of one key that start at the same moment spend no more than the day allows", async () => {
  const body = { kind: "image", prompt: "a", count: 1, ...picture } as const;
  const { credits } = await gateway.client.jobs.estimate(body);
  const affordable = 3;
  const limits = { perCall: 1000, perDay: affordable * credits! };
  const key = `${gateway.key}2`;
  const open = () => openHost(stdioHost, gateway, { limits, key });
  const processes = [await open(), await open()];
  const sent = (number: number) => ({ prompt: `race ${number}`, wait_seconds: 0, ...picture });
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, number) =>
      processes[number % 2]!.call("generate_image", sent(number)),
    ),
  );
  const states = answers.map(({ structuredContent }) => structuredContent["status"] as string);
  expect(states.filter((state) => state === "needs_confirmation")).toHaveLength(12 - affordable);
  // The job of a call that was let through is joined, however little is left of the day.
  const started = states.findIndex((state) => state !== "needs_confirmation");
  const again = await processes[0]!.call("generate_image", sent(started));
  expect(again.structuredContent).toMatchObject({
    job_id: answers[started]!.structuredContent["job_id"],
    joined: true,
  });
  // A token is good in the process that gave it.
  const at = states.indexOf("needs_confirmation");
  const asked = answers[at]!.structuredContent;
  expect(asked["cost"]).toMatchObject({ estimated: credits });
  const bought = await processes[at % 2]!.call(asked["next"].tool, asked["next"].arguments);
  expect(bought.structuredContent["job_id"]).toMatch(/^job_/);
  const ids = [...answers, bought].flatMap(({ structuredContent: { job_id: id } }) => id ?? []);
  await processes[0]!.call("wait_for_job", { job_id: ids.join(",") });
  await Promise.all(processes.map((each) => each.close()));
});

describe("the standard streams", () => {
  const initialize = {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "raw", version: "1" },
    },
  };

  /** Sends lines and returns the messages that come back until the request 99 is answered. */
  async function exchange(server: StdioServer, lines: (string | Buffer)[]): Promise<any[]> {
    const messages: any[] = [];
    let rest = "";
    const answered = new Promise<void>((resolve) => {
      server.toHost.on("data", (chunk: Buffer) => {
        const parts = (rest + chunk.toString()).split("\n");
        rest = parts.pop() ?? "";
        for (const line of parts) messages.push(JSON.parse(line));
        if (messages.some(({ id }) => id === 99)) resolve();
      });
    });
    for (const line of lines) {
      server.toServer.write(line);
      server.toServer.write("\n");
    }
    await answered;
    return messages;
  }

  test("stay clean, and go on after what is no message", async () => {
    const server = gateway.openStdio();
    const messages = await exchange(server, [
      JSON.stringify(initialize),
      "no JSON at all",
      Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
      JSON.stringify([{ jsonrpc: "2.0", id: 5, method: "tools/list" }]),
      JSON.stringify({ jsonrpc: "2.0", id: 6, method: "no/method" }),
      JSON.stringify({ jsonrpc: "2.0", id: 99, method: "tools/list" }),
    ]);
    expect(messages.every(({ jsonrpc }) => jsonrpc === "2.0")).toBe(true);
    expect(messages.find(({ id }) => id === 6)?.error.code).toBe(-32601);
    expect(messages.find(({ id }) => id === 99)?.result.tools.length).toBeGreaterThan(10);
    server.toServer.end();
    await server.ended;
  });

  test("that a host half closes end the server, and the job goes on", async () => {
    const before = gateway.simulator.acceptedStarts().length;
    const server = gateway.openStdio();
    const sent = { prompt: "half closed", ...picture };
    const call = { name: "generate_image", arguments: sent };
    for (const message of [
      initialize,
      { jsonrpc: "2.0", id: 2, method: "tools/call", params: call },
    ]) {
      server.toServer.write(`${JSON.stringify(message)}\n`);
    }
    await expect
      .poll(() => gateway.simulator.acceptedStarts().length - before, { interval: 10 })
      .toBe(1);
    server.toServer.end();
    await server.ended;
    const again = await session.call("generate_image", sent);
    expect(again.structuredContent).toMatchObject({ status: "completed", joined: true });
  });
});

test("over HTTP: a foreign page, no key, a broken body and an unknown era are refused", async () => {
  const post = (body: string, headers: Record<string, string>) =>
    fetch(`${gateway.url}/mcp`, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
      },
    });
  const list = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  const key = { authorization: `Bearer ${gateway.key}` };
  expect((await post(list, {})).status).toBe(401);
  expect((await post("{", key)).status).toBe(400);
  expect((await post(list, { ...key, "content-type": "text/plain" })).status).toBe(415);
  const era = await post(list, { ...key, "mcp-protocol-version": "2099-01-01" });
  expect(era.status).toBeGreaterThanOrEqual(400);
  expect((await fetch(`${gateway.url}/mcp`, { headers: key })).status).toBe(405);
});

test("an agreement that is sent again starts nothing again", async () => {
  const careful = await openHost(askingHost, gateway, { limits: { perCall: 1, perDay: 100 } });
  const before = gateway.simulator.acceptedStarts().length;
  const from = gateway.traffic().length;
  const given = { prompt: "agreed once", count: 1, ...picture };
  const first = await careful.call("generate_image", given);
  const requestState = /"requestState":"([^"]+)"/.exec(gateway.traffic().slice(from))?.[1];
  expect(requestState).toBeDefined();
  const second: any = await careful.client.request({
    method: "tools/call",
    params: {
      name: "generate_image",
      arguments: given,
      inputResponses: { spend: { action: "accept", content: { start: true } } },
      requestState,
    },
  });
  expect(second.structuredContent.job_id).toBe(first.structuredContent["job_id"]);
  expect(gateway.simulator.acceptedStarts().length - before).toBe(1);
  await careful.close();
});

test("no session and no key stands in the traffic, in the page of the App or in the log", async () => {
  const overHttp = await openHost(httpHost, gateway);
  const answers = await Promise.all([
    ...["get_credits", "list_jobs", "list_models"].map((name) => overHttp.call(name, {})),
    overHttp.client.listTools(),
    overHttp.client.readResource({ uri: "ui://jimeng/job" }),
    overHttp.client.listResources(),
  ]);
  await overHttp.close();
  for (const text of [gateway.logs(), gateway.traffic(), JSON.stringify(answers)]) {
    expect(text.length).toBeGreaterThan(1000);
    expect(text).not.toContain(canary);
    expect(text).not.toContain(gateway.key);
  }
});
