// What a host tells of itself: the parts of the extension for MCP Apps (2026-01-26) that the page reads. tests/mcp runs the
// page in a host made of the extension's own package.

/** How the host looks, and in which language. */
export interface HostContext {
  theme?: "light" | "dark";
  /** A language tag, such as `zh-CN`. */
  locale?: string;
  styles?: { variables?: Record<string, string | undefined> };
  /** The tool whose answer the page shows. */
  toolInfo?: { tool: { name: string } };
}

/** What the page may ask the host for. */
export interface HostCapabilities {
  serverTools?: object;
  openLinks?: object;
  updateModelContext?: object;
  message?: object;
}
