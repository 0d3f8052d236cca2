// The answer to "on which engine do crash tests run in this vitest project".
import { inject } from "vitest";
import type { EngineName } from "./engines.ts";

/** Names the engine of the running project, with its server; the project "postgres" provides an address. */
export function engineHere(): { engine: EngineName; postgresUrl: string } {
  const postgresUrl: string | undefined = inject("postgresUrl");
  return typeof postgresUrl === "string"
    ? { engine: "postgres", postgresUrl }
    : { engine: "sqlite", postgresUrl: "" };
}
