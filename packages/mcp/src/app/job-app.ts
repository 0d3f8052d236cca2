// The MCP App of jobs: where hosts find the page, and what they may let it do.

export { jobPage } from "./job-page.ts";

/** The address of the page, as tools name it. */
export const jobAppUri = "ui://jimeng/job";

/** The type by which hosts know that the page is an MCP App. */
export const jobAppMimeType = "text/html;profile=mcp-app";

/** What the page asks of its host: a frame, and no address at all. */
export const jobAppMeta: { ui: { csp: object; prefersBorder: boolean } } = {
  ui: { csp: {}, prefersBorder: true },
};

/** The `_meta` of a tool that has to do with the page. */
interface ToolMeta {
  ui: { resourceUri: string; visibility: ("model" | "app")[] };
}

/** The `_meta` of tools whose answer the page shows; the page may call them, too. */
export const shownByJobApp: ToolMeta = {
  ui: { resourceUri: jobAppUri, visibility: ["model", "app"] },
};

/** The `_meta` of tools that only the page calls: models do not see them. */
export const onlyForJobApp: ToolMeta = {
  ui: { resourceUri: jobAppUri, visibility: ["app"] },
};
