// Several gateways on one PostgreSQL are one: told everywhere, watched once, started once.
import { afterEach, describe, expect, test } from "vitest";

import { plainPicture } from "../chaos/png.ts";
import { startCluster } from "./cluster.ts";
import type { TestCluster } from "./cluster.ts";
import { until } from "./processes.ts";

let cluster: TestCluster | undefined;
afterEach(async () => {
  await cluster?.close();
  cluster = undefined;
});

async function eventsOf(url: string, id: string): Promise<string> {
  const response = await fetch(`${url}/v1/jobs/${id}/events`, {
    signal: AbortSignal.timeout(40_000),
  });
  return response.text();
}

/** Reads the stream of everything until a job has ended, from a node that may know nothing of it yet. */
async function followAll(url: string): Promise<{ told: Promise<string> }> {
  const response = await fetch(`${url}/v1/events?types=job.*`, {
    signal: AbortSignal.timeout(40_000),
  });
  const read = async (): Promise<string> => {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes("event: job.completed")) return text;
    }
    return text;
  };
  return { told: read() };
}

/** Calls a tool over MCP and returns the structured part of its answer. */
async function callTool(url: string, name: string, sent: object): Promise<Record<string, any>> {
  const params = { name, arguments: sent };
  const answer = await fetch(`${url}/mcp`, {
    method: "POST",
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
  });
  const text = await answer.text();
  return JSON.parse(/^(?:.*\ndata: )?(\{.*\})$/ms.exec(text)![1]!).result.structuredContent;
}

describe("three nodes", () => {
  test("tell of a job that another one advances: its stream, the stream of everything, its row, its file; and take the one file of an upload page for each other", async () => {
    cluster = await startCluster(3);
    const [one, other, third] = cluster.nodes;
    const everything = await followAll(third!.url);
    const id = await cluster.submission(one!, "image", "told everywhere");
    const streams = await Promise.all(cluster.nodes.map((node) => eventsOf(node.url, id)));
    for (const stream of streams) expect(stream).toContain("job.completed");
    const names = [...(await everything.told).matchAll(/^event: (.*)$/gm)].map((match) => match[1]);
    expect(names).toEqual(["job.queued", "job.started", "job.image", "job.completed"]);
    const job = await (await fetch(`${other!.url}/v1/jobs/${id}`)).json();
    expect(job.status).toBe("completed");
    const path = new URL(job.result.assets[0].url).pathname;
    const file = await fetch(`${third!.url}${path}`);
    expect(file.status).toBe(200);
    expect(file.headers.get("content-type")).toMatch(/^image\//);
    expect(await cluster.acceptedStarts()).toHaveLength(1);

    const asked = await callTool(one!.url, "add_reference", {});
    expect(asked["status"]).toBe("in_progress");
    const give = (node: TestCluster["nodes"][number]) =>
      fetch(`${node.url}/upload`, {
        method: "POST",
        body: Buffer.from(plainPicture(0x3366aa)),
        headers: {
          "content-type": "application/octet-stream",
          "x-upload-token": new URL(asked["url"]).hash.slice(1),
        },
      });
    const given = await Promise.all([give(other!), give(third!)]);
    expect(given.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404]);
    const { reference } = await callTool(third!.url, "add_reference", asked["next"].arguments);
    expect((await fetch(`${one!.url}/v1/files/${reference}`)).status).toBe(200);
  }, 60_000);

  test("start each submission once and look as seldom as one node would, whoever is asked", async () => {
    cluster = await startCluster(3, ["--image-seconds", "6"]);
    const begin = Date.now();
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        cluster!.submission(cluster!.nodes[index % 3]!, "image", `submission ${index}`),
      ),
    );
    const jobs = await cluster.allEnded(cluster.nodes[0]!, 12);
    expect(jobs.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => "completed"));
    expect(await cluster.acceptedStarts()).toHaveLength(12);
    const seconds = (Date.now() - begin) / 1000;
    const looks = await cluster.looksSince(begin);
    // One poller: at most one poll a second, two in the hot window. Three would make three times as many.
    expect(looks.length).toBeLessThanOrEqual(2 * seconds + 2);
    const gaps = looks
      .toSorted((a, b) => a - b)
      .map((at, index, all) => at - (all[index - 1] ?? 0));
    expect(gaps.slice(1).filter((gap) => gap < 400)).toEqual([]);
  }, 90_000);

  test("go on within 20 s when the one that watches is killed; nothing is started twice", async () => {
    cluster = await startCluster(3, ["--image-seconds", "4", "--video-seconds", "25"]);
    const [one, other, third] = cluster.nodes;
    for (const index of [0, 1, 2]) await cluster.submission(one!, "video", `survivor ${index}`);
    await until("the starts", async () =>
      (await cluster!.acceptedStarts()).length === 3 ? true : undefined,
    );
    await one!.kill();
    const killedAt = Date.now();
    for (const index of [3, 4]) await cluster.submission(other!, "image", `newcomer ${index}`);
    const firstLook = await until(
      "another node to look",
      async () => (await cluster!.looksSince(killedAt + 500))[0],
      20_000,
    );
    expect(firstLook - killedAt).toBeLessThan(20_000);
    const jobs = await cluster.allEnded(third!, 5, 90_000);
    expect(jobs.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => "completed"));
    const starts = await cluster.acceptedStarts();
    expect(new Set(starts.map((entry) => entry.submit_id)).size).toBe(5);
    expect(starts).toHaveLength(5);
  }, 150_000);
});
