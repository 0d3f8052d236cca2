// What a call over /mcp costs above the HTTP route, what hundreds of waiting calls weigh, and how soon a picture that is
// ready is in the tool's answer.
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, atMost, fact, median } from "../figures.ts";
import { ask } from "../requests.ts";
import { residentMebibytes, withGateway } from "../speed/servers.ts";

const tries = 200;
const warmUps = 50;
const waitingCalls = 500;
const settleMs = 5000;
const pictures = 40;
const atOnce = 10;
const endlessMs = 600_000;
const readyMs = 3000;
const environment = { JIMENG_MCP_AUTO_CREDITS: "1000", JIMENG_MCP_DAILY_CREDITS: "1000000" };
// A model whose price is known: nobody is asked.
const picture = { model: "jimeng-5.0-flash", resolution: "2k" };

/** Measures calls over /mcp. */
export async function measureCalls(): Promise<Figure[]> {
  return [...(await measureWaiting()), ...(await measureDelivery())];
}

function measureWaiting(): Promise<Figure[]> {
  return withGateway({ imageMs: endlessMs, environment }, async ({ gateway }) => {
    const started = await call(gateway.url, "generate_image", {
      prompt: "bench",
      wait_seconds: 0,
      ...picture,
    });
    const id = String(started["job_id"]);
    const overMcp = await timed(() => call(gateway.url, "get_job", { job_id: id }));
    const overHttp = await timed(() => ask(`${gateway.url}/v1/jobs/${id}`));
    await sleep(settleMs);
    const before = residentMebibytes(gateway.pid);
    const waiting = Array.from({ length: waitingCalls }, () =>
      call(gateway.url, "wait_for_job", { job_id: id, wait_seconds: 50 }),
    );
    await sleep(2 * settleMs);
    const grown = residentMebibytes(gateway.pid) - before;
    await Promise.all(waiting);
    return [
      atMost("get_job over /mcp, above the HTTP route, p50", overMcp - overHttp, 5, "ms"),
      fact("get_job over /mcp, p50", overMcp, "ms"),
      atMost(`${waitingCalls} calls that wait: growth of RSS`, grown, 60, "MiB"),
    ];
  });
}

function measureDelivery(): Promise<Figure[]> {
  return withGateway({ imageMs: readyMs, environment }, async ({ gateway, simulator }) => {
    const answered: { submitId: string; at: number }[] = [];
    // Code is compiled by its use: the first ones are not counted.
    for (let index = 0; index < atOnce + pictures; index += atOnce) {
      await Promise.all(
        Array.from({ length: atOnce }, async (_, offset) => {
          const sent = { prompt: `bench delivery ${index + offset}`, ...picture };
          const answer = await call(gateway.url, "generate_image", sent);
          const at = Date.now();
          if (index === 0) return;
          const { body } = await ask(`${gateway.url}/v1/jobs/${String(answer["job_id"])}`);
          const { upstream } = body as { upstream: { submit_id: string } };
          answered.push({ submitId: upstream.submit_id, at });
        }),
      );
    }
    const { body } = await ask(`${simulator.url}/_simulator/records`);
    const { records } = body as { records: { submit_id: string; completed_at: number }[] };
    const readyAt = new Map(records.map((record) => [record.submit_id, record.completed_at]));
    const late = answered.map(({ submitId, at }) => at - (readyAt.get(submitId) ?? Number.NaN));
    const mean = late.reduce((sum, ms) => sum + ms, 0) / late.length;
    return [atMost("picture ready at the site → tool's answer, mean", mean, 300, "ms")];
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let index = 0; index < warmUps + tries; index++) {
    const begunAt = performance.now();
    await work();
    if (index >= warmUps) took.push(performance.now() - begunAt);
  }
  return median(took);
}

/** Calls a tool as a 2025 client over HTTP does, and returns its structured answer. */
async function call(
  url: string,
  name: string,
  sent: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name, arguments: sent },
    }),
  });
  const text = await response.text();
  const json = text.startsWith("{") ? text : (/^data: (\{.*\})$/m.exec(text)?.[1] ?? "{}");
  const { result } = JSON.parse(json) as {
    result: { structuredContent: Record<string, unknown> };
  };
  return result.structuredContent;
}
