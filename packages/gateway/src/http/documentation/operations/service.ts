// The documentation of the routes for monitoring, and of those that clients of existing gateways call.

import type { OperationTexts } from "../operation-text.ts";

/** Monitoring and compatibility. */
export const serviceTexts: OperationTexts = {
  "GET /": {
    id: "showGateway",
    description: "A page for browsers; a short description with links for programs.",
    contentTypes: { "200": ["application/json", "text/html"] },
  },
  "GET /docs": {
    id: "showApi",
    description: "The page that shows this document; it loads nothing from other hosts.",
    contentTypes: { "200": ["text/html"] },
  },
  "GET /docs/scalar.js": {
    id: "downloadApiViewer",
    description: "The script of the page /docs.",
    contentTypes: { "200": ["text/javascript"] },
  },
  "GET /openapi.json": {
    id: "describeApi",
    description: "This document.",
    contentTypes: { "200": ["application/json"] },
  },
  "GET /healthz": { id: "checkHealth", description: "Tells that the process is alive." },
  "GET /readyz": {
    id: "checkReadiness",
    description:
      "Tells whether jobs can be taken: tasks run, the database answers, the disk has room, and an account may be used. A proxy asks with except=accounts, so that reads go on.",
    failures: ["making"],
  },
  "GET /metrics": {
    id: "readMetrics",
    description:
      "The gateway's metrics as Prometheus text, or as OpenMetrics where the Accept header prefers it.",
    contentTypes: { "200": ["text/plain", "application/openmetrics-text"] },
  },
  "GET /v1/gateway/proof": {
    id: "proveGateway",
    description: "Proves to this user's programs that this gateway wrote its gateway.json.",
  },
  "GET /v1/gateway/doctor": {
    id: "examineGateway",
    description:
      "What `jimeng doctor` tells, of the node that answers: settings, data folder, secret files, disk, database, network, clock, accounts and version strings, each ok, warn or fail with what to do. It asks the site about each account, changes and pays nothing, and takes some seconds. The words are English or Chinese by Accept-Language.",
  },
  "GET /v1/gateway/log-level": {
    id: "readLogLevel",
    description: "The level of the log in force, and the one that LOG_LEVEL names.",
  },
  "POST /v1/gateway/log-level": {
    id: "changeLogLevel",
    description: "Changes the level of the log of this node until its next start.",
    bodies: { typical: { level: "debug" } },
  },
  "POST /v1/gateway/hand-over": {
    id: "handOverGateway",
    description: "Leaves the data folder to a gateway that serves the same accounts.",
    bodies: { typical: { accounts: "0123456789abcdef" } },
    failures: ["state"],
  },
  "GET /ping": { id: "ping", description: "Tells that the gateway is there." },
  "POST /token/check": {
    id: "checkToken",
    description: "Tells whether a session is alive.",
    bodies: { typical: { token: "obviously-fake-session" } },
    failures: ["upstream"],
  },
  "POST /token/points": {
    id: "readTokenPoints",
    description: "The credits of the bearer's sessions, which are comma separated.",
    failures: ["upstream"],
  },
  "POST /token/receive": {
    id: "receiveTokenPoints",
    description: "Claims the daily credits of the bearer's sessions, which are comma separated.",
    failures: ["upstream"],
  },
};
