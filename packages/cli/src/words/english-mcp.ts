// What `jimeng mcp` says in English.

/** The sentences. */
export const englishMcp = {
  putInto: (place: string) => `Put this into ${place}:`,
};

/** The help. */
export const englishMcpHelp = {
  description:
    "let agents (Claude, Cursor, VS Code …) make pictures and videos over MCP, on stdin and stdout",
  saveTo: "save every finished result into this folder",
  allowDir: "let references be files below this folder; may be given again",
  config: "print the block that a host wants in its settings",
  host: "the host",
};
