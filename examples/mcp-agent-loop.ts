// An agent with the tools of /mcp in the loop of the AI SDK. So that it runs without a language model, a script stands in
// for one: put your own model in its place.
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { dynamicTool, generateText, jsonSchema, stepCountIs, type ToolSet } from "ai";
import { scriptedModel } from "./scripted-model.ts";

const gateway = process.env.GATEWAY_URL ?? "http://127.0.0.1:5100";
const client = new Client({ name: "agent", version: "1.0.0" });
await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", gateway)));

const pictures: { url: string }[] = [];
const { tools: offered } = await client.listTools();
const tools: ToolSet = Object.fromEntries(
  offered.map(({ name, description, inputSchema }) => {
    const execute = async (input: unknown) => {
      const answer = await client.callTool({ name, arguments: input as Record<string, unknown> });
      const { assets = [] } = answer.structuredContent as { assets?: typeof pictures };
      pictures.push(...assets);
      return answer;
    };
    return [name, dynamicTool({ description, inputSchema: jsonSchema(inputSchema), execute })];
  }),
);

const prompt = "一座灯塔";
const model = scriptedModel("generate_image", (answer) => {
  // Before much is spent, or where the price is not known, a person must agree: here nobody is asked.
  const { status, confirm_token } = answer ?? { status: "needs_confirmation" };
  return status === "needs_confirmation" ? { prompt, count: 1, confirm_token } : undefined;
});
const { text } = await generateText({ model, tools, prompt, stopWhen: stepCountIs(5) });
assert.equal(text, "Here it is.");
for (const { url } of pictures) console.log(url);
await client.close();
