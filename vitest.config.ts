import { defineConfig } from "vitest/config";

// Workspace packages are run from their sources: the "source" condition of their exports.
export default defineConfig({
  resolve: { conditions: ["source", "node", "development|production"] },
  ssr: { resolve: { conditions: ["source", "node", "development|production"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "tests/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
    reporters: ["default"],
  },
});
