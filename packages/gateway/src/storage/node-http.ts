// Node's modules http and https, without what an import statement of them costs: that reads all their exports at once,
// and one of those loads Node's own fetch and WebSocket, which nothing here uses.

import type * as NodeHttp from "node:http";
import type * as NodeHttps from "node:https";

/** The module node:http. */
export const http: typeof NodeHttp = process.getBuiltinModule("node:http");

/** The module node:https. */
export const https: typeof NodeHttps = process.getBuiltinModule("node:https");
