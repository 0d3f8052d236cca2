// One PostgreSQL for a whole vitest run. Tests get its address by `inject("postgresUrl")`; it is empty where no server
// runs here, and `postgresReason` then says why.
import type { TestProject } from "vitest/node";

import { startPostgres } from "./server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    postgresUrl: string;
    postgresReason: string;
    /** Begins the name of every database that this run makes. */
    postgresPrefix: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  project.provide("postgresPrefix", `jimeng_test_${process.pid}`);
  try {
    const server = await startPostgres();
    project.provide("postgresUrl", server.url);
    project.provide("postgresReason", "");
    return () => server.stop();
  } catch (error) {
    project.provide("postgresUrl", "");
    project.provide("postgresReason", error instanceof Error ? error.message : String(error));
    return () => Promise.resolve();
  }
}
