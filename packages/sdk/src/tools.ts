// Lists what the subpath `@jimeng/sdk/tools` exports: the table of tools and the check of their requests.

export { anyResolution, findTool, tools } from "./models/tools.ts";
export type { Tool, ToolName } from "./models/tools.ts";
export { prepareToolRequest } from "./prepare/tools.ts";
