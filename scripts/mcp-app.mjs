// Builds the MCP App: the page of a job, from packages/mcp/app, as one text that the MCP server sends. The result is kept in
// the repository, so that a clone runs without a build; a test says when it is older than its sources.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = join(root, "packages/mcp/app");
const built = join(root, "packages/mcp/src/app/job-page.ts");

/** Returns the page. */
export async function buildJobPage() {
  const bundle = await rolldown({ input: join(sources, "main.ts"), platform: "browser" });
  const { output } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false });
  await bundle.close();
  const read = (name) => readFileSync(join(sources, name), "utf8");
  // A function as the replacement: "$&" in the code must stay what it is.
  return read("page.html")
    .replaceAll(/\n\s*/g, "\n")
    .replace("/* page.css */", () => read("page.css").replaceAll(/\s+/g, " "))
    .replace("/* main.js */", () => output[0].code.trim().replaceAll("</script", "<\\/script"));
}

/** Returns the module that exports the page. */
export function toModule(page) {
  return `// The page of a job, made by scripts/mcp-app.mjs from packages/mcp/app. Do not edit it here.

// oxfmt-ignore
export const jobPage: string = ${JSON.stringify(page)};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = toModule(await buildJobPage());
  writeFileSync(built, text);
  console.log(`${built}: ${text.length} bytes`);
}
