// What becomes of the PostgreSQL tests where no PostgreSQL runs: each file is listed as NOT RUN.
import { beforeEach, inject } from "vitest";

import { tellNotRun } from "../not-run.ts";

const reason = inject("postgresReason");
if (reason !== "") {
  beforeEach((context) => {
    tellNotRun(`${context.task.file.name} on PostgreSQL`, reason.split("\n")[0] ?? reason);
    context.skip();
  });
}
