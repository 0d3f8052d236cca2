// Receives the end of a job as a signed message, and trusts it only after its signature was checked. The gateway needs
// JIMENG_ALLOW_PRIVATE_WEBHOOKS=true to call a receiver on this machine.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import OpenAI from "openai";

const gateway = process.env.GATEWAY_URL ?? "http://127.0.0.1:5100";
const apiKey = process.env.JIMENG_API_KEY ?? "none-needed-on-this-machine";
const openai = new OpenAI({ baseURL: `${gateway}/v1`, apiKey });
const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };

const answer = await fetch(`${gateway}/v1/webhooks/secret`, { headers });
const { secret } = (await answer.json()) as { secret: string };

const received = Promise.withResolvers<{ type: string; data: { data: { url: string }[] } }>();
const receiver = createServer(async (request, response) => {
  const event: unknown = await openai.webhooks
    .unwrap(await text(request), request.headers as Record<string, string>, secret)
    .catch(() => undefined);
  // A message may come twice: in earnest, keep the header webhook-id and drop one that was seen.
  response.writeHead(event === undefined ? 400 : 204).end();
  if (event !== undefined) received.resolve(event as Awaited<typeof received.promise>);
});
await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
const { port } = receiver.address() as AddressInfo;

const webhook_url = `http://127.0.0.1:${port}/jimeng`;
const body = JSON.stringify({ prompt: "一座灯塔", background: true, webhook_url });
assert.equal(
  (await fetch(`${gateway}/v1/images/generations`, { method: "POST", headers, body })).status,
  202,
);
const { type, data } = await received.promise;
receiver.close();
assert.equal(type, "image.completed");
for (const { url } of data.data) console.log(url);
