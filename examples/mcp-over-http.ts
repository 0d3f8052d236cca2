// Uses the tools of /mcp over HTTP, as a host of agents does: a picture with its progress, then its file.
// A gateway key goes into JIMENG_API_KEY.
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const gateway = process.env.GATEWAY_URL ?? "http://127.0.0.1:5100";
const key = process.env.JIMENG_API_KEY;
const headers = key === undefined ? undefined : { authorization: `Bearer ${key}` };

const client = new Client({ name: "example", version: "1.0.0" });
const address = new URL("/mcp", gateway);
await client.connect(new StreamableHTTPClientTransport(address, { requestInit: { headers } }));
const { tools } = await client.listTools();
assert.ok(tools.some(({ name }) => name === "generate_image"));

let name = "generate_image";
let toolArguments: Record<string, unknown> = { prompt: "一座灯塔", count: 2, wait_seconds: 20 };
for (;;) {
  const call = { name, arguments: toolArguments };
  const answer = await client.callTool(call, undefined, {
    onprogress: ({ progress, message }) => console.error(`${progress} % ${message}`),
  });
  const { assets, next } = answer.structuredContent as {
    assets: { url: string }[];
    next?: { tool: string; arguments: Record<string, unknown> };
  };
  // What was not ready in time names the call that goes on. So does a price that a person must agree to first
  // (`needs_confirmation`, with a `confirm_token`): here nobody is asked.
  if (next === undefined) {
    for (const { url } of assets) console.log(url);
    break;
  }
  name = next.tool;
  toolArguments = next.arguments;
}
await client.close();
