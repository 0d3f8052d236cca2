import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/longest-first.ts";

const isLong = process.env["JIMENG_TEST_LONG"] === "1";
// Whole processes over a database whose engine has its own tests: `npm run test:long` runs them on PostgreSQL, too.
const wholeProcesses = [
  "tests/e2e/batches.test.ts",
  "tests/e2e/tools.test.ts",
  "tests/chaos/chaos.test.ts",
  "tests/clients/walk.test.ts",
];
// Tests of the engine run on both of its databases: in the project "postgres" the harness gets a PostgreSQL.
const onBothDatabases = [
  "packages/gateway/src/jobs/**/*.test.ts",
  "packages/gateway/src/library/**/*.test.ts",
  "packages/gateway/src/accounts/accounts.test.ts",
  "packages/gateway/src/telemetry/audit/*.test.ts",
  "packages/gateway/src/database/rotate-secret.test.ts",
  "packages/gateway/src/events/**/*.test.ts",
  "packages/gateway/src/webhooks/**/*.test.ts",
  "packages/gateway/src/accounts/model-catalogue.test.ts",
  "packages/gateway/src/http/walls/open-streams.test.ts",
  "packages/gateway/src/isolation.test.ts",
  "tests/death-table.test.ts",
  "tests/chaos/chaos*.long.test.ts",
  "tests/clients/walk*.long.test.ts",
  ...(isLong ? wholeProcesses : []),
];
// These are about PostgreSQL and several nodes alone.
const onPostgresOnly = [
  "**/*.postgres.test.ts",
  "**/*.postgres.long.test.ts",
  "tests/e2e/nodes*.test.ts",
];
// Files named so take longer than CI should wait: `npm test -- --long` runs them.
const longer = isLong ? [] : ["**/*.long.test.ts"];
const never = ["**/node_modules/**", "**/dist/**", ...longer];

// Workspace packages are run from their sources: the "source" condition of their exports.
export default defineConfig({
  resolve: { conditions: ["source", "node", "development|production"] },
  ssr: { resolve: { conditions: ["source", "node", "development|production"] } },
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Many tests wait for processes of their own: four workers fill two cores (11 min 14 s with three, 10 min with four).
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // eventsource-parser's own "source" names TypeScript, which node does not strip below node_modules: vite does.
    server: {
      deps: {
        inline: [
          /\/node_modules\/(ai|@ai-sdk|eventsource|eventsource-parser|@modelcontextprotocol\/(client|sdk))\//,
        ],
      },
    },
    reporters: ["default"],
    projects: [
      {
        extends: true,
        test: {
          name: "packages",
          include: ["packages/*/src/**/*.test.ts"],
          exclude: [...never, ...onPostgresOnly],
          // Loading modules anew for each file took a quarter of the time: the files of a worker share them.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "all",
          include: ["tests/**/*.test.ts"],
          exclude: [...never, ...onPostgresOnly],
          globalSetup: "tests/death-table/global-setup.ts",
        },
      },
      {
        extends: true,
        test: {
          name: "postgres",
          include: [...onBothDatabases, ...onPostgresOnly],
          exclude: never,
          globalSetup: ["tests/death-table/global-setup.ts", "tests/postgres/global-setup.ts"],
          setupFiles: "tests/postgres/not-run.ts",
        },
      },
    ],
  },
});
