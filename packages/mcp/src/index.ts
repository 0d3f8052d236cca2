// The MCP server, for agents: nothing is built yet.
export {};
