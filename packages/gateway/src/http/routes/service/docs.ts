// The route `/docs`: a page that shows the API and lets a reader try it. The page loads nothing from other hosts.

import { createHash } from "node:crypto";

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";

import { baseFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { StaticAnswer } from "../../static-answer.ts";

const tags = ["service"];
const scriptType = "text/javascript; charset=utf-8";

/** Registers /docs and its script. */
export function docsRoutes(services: Services): FastifyPluginAsyncZod {
  let script: Promise<StaticAnswer> | undefined;
  return async (app) => {
    app.get(
      "/docs",
      {
        config: { scope: "public" },
        schema: { summary: "Show the API as a page where it can be tried", tags },
      },
      (request, reply) => {
        const { pathname } = new URL(baseFor(request, services));
        const start = renderStart(`${pathname === "/" ? "" : pathname}/openapi.json`);
        return reply
          .headers({ ...docsHeaders, "content-security-policy": toPolicy(start) })
          .send(renderPage(`${pathname === "/" ? "" : pathname}/docs/scalar.js`, start));
      },
    );

    app.get(
      "/docs/scalar.js",
      {
        config: { scope: "public" },
        schema: { summary: "Get the script of the page /docs", tags },
      },
      async (request, reply) => (await (script ??= readScript())).send(request, reply),
    );
  };
}

/** Returns the viewer's script as it is sent. */
async function readScript(): Promise<StaticAnswer> {
  // Loaded with the first page: it is a text of 4 MB, and a start must not wait for it.
  const { readViewer } = await import("./docs-viewer.ts");
  const answer = new StaticAnswer(await readViewer(), { contentType: scriptType });
  await answer.compress();
  return answer;
}

const docsHeaders: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

/** Returns what may run and load in the page: its own script and this host; the viewer sets styles by itself. */
function toPolicy(start: string): string {
  const hash = createHash("sha256").update(start).digest("base64");
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function renderStart(document: string): string {
  const settings = {
    url: document,
    agent: { disabled: true },
    hideClientButton: true,
    mcp: { disabled: true },
    showDeveloperTools: "never",
    telemetry: false,
    withDefaultFonts: false,
  };
  return `Scalar.createApiReference("#app", ${JSON.stringify(settings)});`;
}

function renderPage(script: string, start: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>jimeng gateway: API</title>
</head>
<body>
<div id="app"></div>
<script src="${script}"></script>
<script>${start}</script>
</body>
</html>
`;
}
