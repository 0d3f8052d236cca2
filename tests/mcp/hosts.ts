// Test doubles of MCP hosts: what each does with a call and with its answer, as the source beside it says. None of these
// programs runs here.
import {
  Client1,
  Client2,
  ElicitRequestSchema,
  HttpTransport1,
  HttpTransport2,
} from "./clients.ts";
import type { McpGateway, StdioChoices, StdioServer } from "./gateway.ts";
import { StreamTransport } from "./stream-transport.ts";

/** What is known of a host. */
export interface Host {
  name: string;
  /** Where that is known from, and when it was read. */
  source: string;
  transport: "stdio" | "http";
  /** The generation of the protocol that it speaks. */
  protocol: "1.x" | "2025" | "2026";
  /** Seconds after which it gives a call up; null where progress keeps it waiting. */
  cutsAfterSeconds: number | null;
  /** Whether it can ask a person by a form. */
  asks: boolean;
  /** The bytes of the largest answer that it takes. */
  maxBytes: number;
  /** Whether pictures in answers reach the model. */
  showsPicturesToModel: boolean;
}

const mebibyte = 1_048_576;
const read = "read 2026-11-29";

/** The hosts. */
export const hosts: readonly Host[] = [
  {
    name: "Claude Code CLI",
    source: `github.com/vfarcic/dot-ai/pull/708 (progress resets its idle clock), anthropics/claude-code#9152 (25,000 tokens), ${read}`,
    transport: "stdio",
    protocol: "1.x",
    cutsAfterSeconds: null,
    asks: true,
    // 25,000 tokens of about four characters; pictures count by their base64.
    maxBytes: 300_000,
    showsPicturesToModel: true,
  },
  {
    name: "Claude Desktop",
    source: `anthropics/claude-code#63379 (60 s), #65643 (240 s), #53256 (pictures folded away), anthropics/claude-ai-mcp#643 (not seen by the model), ${read}; PrefectHQ/fastmcp#1036 (1,048,576) was not opened`,
    transport: "stdio",
    protocol: "1.x",
    cutsAfterSeconds: 60,
    asks: false,
    maxBytes: mebibyte,
    showsPicturesToModel: false,
  },
  {
    name: "claude.ai connector",
    source: `anthropics/claude-ai-mcp#115 (60 s, progress or not), ${read}`,
    transport: "http",
    protocol: "2025",
    cutsAfterSeconds: 60,
    asks: false,
    maxBytes: mebibyte,
    showsPicturesToModel: false,
  },
  {
    name: "Copilot CLI",
    source: `github/copilot-cli#4536 (no picture reaches the model), ${read}`,
    transport: "stdio",
    protocol: "1.x",
    cutsAfterSeconds: 60,
    asks: false,
    maxBytes: mebibyte,
    showsPicturesToModel: false,
  },
  {
    name: "VS Code",
    source: `code.visualstudio.com/api/extension-guides/mcp (the whole protocol), ${read}`,
    transport: "stdio",
    protocol: "2025",
    cutsAfterSeconds: 60,
    asks: true,
    maxBytes: mebibyte,
    showsPicturesToModel: true,
  },
  {
    name: "Cursor",
    source: "cursor.com/docs/mcp, not opened: supposed to be as VS Code",
    transport: "stdio",
    protocol: "2025",
    cutsAfterSeconds: 60,
    asks: true,
    maxBytes: mebibyte,
    showsPicturesToModel: true,
  },
  {
    name: "Cline",
    source: `docs.cline.bot/mcp/configuring-mcp-servers (a timeout per server, 60 s), ${read}`,
    transport: "stdio",
    protocol: "1.x",
    cutsAfterSeconds: 60,
    asks: false,
    maxBytes: mebibyte,
    showsPicturesToModel: false,
  },
  {
    name: "v1 client over HTTP",
    source: "@modelcontextprotocol/sdk 1.32.2, its own code",
    transport: "http",
    protocol: "1.x",
    cutsAfterSeconds: 60,
    asks: true,
    maxBytes: mebibyte,
    showsPicturesToModel: true,
  },
  {
    name: "v2 client on stdio",
    source: "@modelcontextprotocol/client 2.4.0, its own code",
    transport: "stdio",
    protocol: "2026",
    cutsAfterSeconds: 60,
    asks: true,
    maxBytes: mebibyte,
    showsPicturesToModel: true,
  },
  {
    name: "v2 client over HTTP",
    source: "@modelcontextprotocol/client 2.4.0, its own code",
    transport: "http",
    protocol: "2026",
    cutsAfterSeconds: 60,
    asks: true,
    maxBytes: mebibyte,
    showsPicturesToModel: true,
  },
];

/** The answer of a tool, as far as tests read it. */
export interface Answer {
  content: { type: string; text?: string; data?: string; uri?: string }[];
  structuredContent: Record<string, any>;
  isError?: boolean;
}

/** A host that is connected. */
export interface Session {
  call(name: string, sent: Record<string, unknown>, options?: CallOptions): Promise<Answer>;
  listTools(): Promise<{ name: string }[]>;
  client: any;
  /** Told before a person is asked; what it returns is the person's answer. */
  close(): Promise<void>;
  /** Ends the host as a kill does. */
  kill(): Promise<void>;
}

/** How one call is made. */
export interface CallOptions {
  /** Ends the waiting, and tells the server so. */
  signal?: AbortSignal;
  onProgress?: (progress: { progress: number; total?: number; message?: string }) => void;
}

/** What the person at the host answers. */
export type Person = (message: string) => { action: "accept" | "decline"; content?: object };

/** Says yes. */
export const willing: Person = () => ({ action: "accept", content: { start: true } });

/** Connects a host to a gateway. */
export async function openHost(
  host: Host,
  gateway: McpGateway,
  { person = willing, ...choices }: StdioChoices & { person?: Person } = {},
): Promise<Session> {
  const server = host.transport === "stdio" ? gateway.openStdio(choices) : undefined;
  const client = makeClient(host, person);
  await client.connect(makeTransport(host, gateway, server));
  const close = async (): Promise<void> => {
    await client.close();
    await server?.ended;
  };
  return {
    client,
    close,
    listTools: async () => (await client.listTools()).tools,
    async call(name, sent, { signal, onProgress } = {}) {
      const request = { name, arguments: sent };
      // The doubles' clocks are those of the tests: what the host would do is done by the signal.
      const options = { signal, onprogress: onProgress, timeout: 300_000 };
      const answer =
        host.protocol === "1.x"
          ? await client.callTool(request, undefined, options)
          : await client.callTool(request, options);
      return answer as Answer;
    },
    async kill() {
      server?.kill();
      await client.close().catch(() => undefined);
      await server?.ended;
    },
  };
}

function makeClient(host: Host, person: Person): any {
  const info = { name: host.name, version: "1" };
  const capabilities = host.asks ? { elicitation: {} } : {};
  if (host.protocol === "1.x") {
    const client = new Client1(info, { capabilities });
    if (host.asks) {
      client.setRequestHandler(ElicitRequestSchema, ({ params }: any) => person(params.message));
    }
    return client;
  }
  const mode = host.protocol === "2026" ? ({ pin: "2026-07-28" } as const) : "legacy";
  const client = new Client2(info, { capabilities, versionNegotiation: { mode } });
  if (host.asks) {
    client.setRequestHandler("elicitation/create", ({ params }: any) => person(params.message));
  }
  return client;
}

function makeTransport(host: Host, gateway: McpGateway, server: StdioServer | undefined): never {
  if (server !== undefined) return new StreamTransport(server.toHost, server.toServer) as never;
  const Transport = host.protocol === "1.x" ? HttpTransport1 : HttpTransport2;
  const headers = { authorization: `Bearer ${gateway.key}` };
  return new Transport(new URL(`${gateway.url}/mcp`), { requestInit: { headers } }) as never;
}

/** Returns what a host's model learns of an answer. */
export function seenByModel({ showsPicturesToModel }: Host, { content }: Answer): string {
  return content
    .filter(({ type }) => type === "text" || (type === "image" && showsPicturesToModel))
    .map(({ text, data }) => text ?? `[picture of ${data?.length} characters]`)
    .join("\n");
}
