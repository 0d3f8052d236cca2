// The client SDKs of both generations, in the versions that packages/mcp is tested with.
import { createRequire } from "node:module";

// By names that the compiler does not follow: what both import names TypeScript as its source, and fails its check here.
const load = async (name: string): Promise<any> => await import(/* @vite-ignore */ name);

const first = "@modelcontextprotocol/sdk";
const { Client } = await load(`${first}/client/index.js`);
const http = await load(`${first}/client/streamableHttp.js`);
const types = await load(`${first}/types.js`);
// The version of the package, which is newer than what other packages bring to the root.
const packageFile = new URL("../../packages/mcp/package.json", import.meta.url);
const path = createRequire(packageFile).resolve("@modelcontextprotocol/client");
const second = await load(path.replace(/\.cjs$/, ".mjs"));

/** The client of SDK 1.x. */
export const Client1: any = Client;
/** Its transport over HTTP. */
export const HttpTransport1: any = http.StreamableHTTPClientTransport;
/** Its schema of the question to a person. */
export const ElicitRequestSchema: any = types.ElicitRequestSchema;
/** The client of SDK 2.x. */
export const Client2: any = second.Client;
/** Its transport over HTTP. */
export const HttpTransport2: any = second.StreamableHTTPClientTransport;
