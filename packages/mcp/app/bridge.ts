// Talks to the host of the page: JSON-RPC over postMessage, as the extension for MCP Apps (2026-01-26) says.

import type { HostCapabilities, HostContext } from "./host-context.ts";
import { isRecord } from "./values.ts";

const protocolVersion = "2026-01-26";
const appInfo = { name: "jimeng-job", version: "1.0.0" };

/** What the host says without being asked. */
export interface HostEvents {
  toolInput(toolArguments: Record<string, unknown>): void;
  toolResult(result: ToolAnswer): void;
  toolCancelled(): void;
  contextChanged(context: HostContext): void;
  /** The page will be taken away. */
  teardown(): void;
}

/** The answer of a tool, as far as this page reads it. */
export interface ToolAnswer {
  isError: boolean;
  structured: Record<string, unknown>;
  /** The first text of the answer. */
  text: string;
  /** The first picture of the answer. */
  picture: { data: string; mimeType: string } | undefined;
}

/** The host, once it has answered. */
export interface Host {
  context: HostContext;
  capabilities: HostCapabilities;
  /** Calls a tool of the server that this page belongs to. */
  callTool(name: string, toolArguments: Record<string, unknown>): Promise<ToolAnswer>;
  openLink(url: string): Promise<unknown>;
  /** Tells the model something, without a turn of its own. */
  tellModel(text: string): Promise<unknown>;
  sizeChanged(width: number, height: number): void;
}

interface Waiting {
  resolve(result: Record<string, unknown>): void;
  reject(error: Error): void;
}

/** Connects to the host; resolves once it has told its theme, its language and what it can do. */
export async function connectHost(events: HostEvents): Promise<Host> {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  const send = (message: object): void =>
    window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  const request = (method: string, params: object): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      send({ id: lastId, method, params });
    });
  window.addEventListener("message", ({ source, data }: MessageEvent<unknown>) => {
    if (source !== window.parent || !isRecord(data) || data["jsonrpc"] !== "2.0") return;
    if (typeof data["method"] === "string") answerHost(data, events, send);
    else settle(data, waiting);
  });
  const greeting = { appInfo, appCapabilities: {}, protocolVersion };
  const { hostCapabilities, hostContext } = await request("ui/initialize", greeting);
  send({ method: "ui/notifications/initialized", params: {} });
  const capabilities: HostCapabilities = isRecord(hostCapabilities) ? hostCapabilities : {};
  return {
    context: isRecord(hostContext) ? hostContext : {},
    capabilities,
    callTool: async (name, toolArguments) =>
      readAnswer(await request("tools/call", { name, arguments: toolArguments })),
    openLink: (url) => request("ui/open-link", { url }),
    tellModel: (text) => {
      const content = [{ type: "text", text }];
      return capabilities.updateModelContext === undefined
        ? request("ui/message", { role: "user", content })
        : request("ui/update-model-context", { content });
    },
    sizeChanged: (width, height) =>
      send({ method: "ui/notifications/size-changed", params: { width, height } }),
  };
}

function settle(data: Record<string, unknown>, waiting: Map<number, Waiting>): void {
  const id = data["id"];
  const entry = typeof id === "number" ? waiting.get(id) : undefined;
  if (entry === undefined) return;
  waiting.delete(id as number);
  const { result, error } = data;
  if (isRecord(result)) entry.resolve(result);
  else entry.reject(new Error(isRecord(error) ? String(error["message"]) : "no answer"));
}

function answerHost(
  { id, method, params }: Record<string, unknown>,
  events: HostEvents,
  send: (message: object) => void,
): void {
  const given = isRecord(params) ? params : {};
  switch (method) {
    case "ui/notifications/tool-input":
      events.toolInput(isRecord(given["arguments"]) ? given["arguments"] : {});
      break;
    case "ui/notifications/tool-result":
      events.toolResult(readAnswer(given));
      break;
    case "ui/notifications/tool-cancelled":
      events.toolCancelled();
      break;
    case "ui/notifications/host-context-changed":
      events.contextChanged(given);
      break;
    case "ui/resource-teardown":
      events.teardown();
      break;
    default:
  }
  if (id !== undefined) {
    const isKnown = method === "ping" || method === "ui/resource-teardown";
    send(isKnown ? { id, result: {} } : { id, error: { code: -32601, message: "not known" } });
  }
}

const pictureTypes = /^image\/(png|jpeg|webp)$/;

/** Reads the answer of a tool; whatever it does not know is left out. */
export function readAnswer(result: Record<string, unknown>): ToolAnswer {
  const blocks = Array.isArray(result["content"]) ? result["content"].filter(isRecord) : [];
  const text = blocks.find(({ type }) => type === "text")?.["text"];
  const picture = blocks.find(
    ({ type, mimeType }) => type === "image" && pictureTypes.test(String(mimeType)),
  );
  return {
    isError: result["isError"] === true,
    structured: isRecord(result["structuredContent"]) ? result["structuredContent"] : {},
    text: typeof text === "string" ? text : "",
    picture:
      picture === undefined
        ? undefined
        : { data: String(picture["data"]), mimeType: String(picture["mimeType"]) },
  };
}
