// One node of the scale measurement: a gateway in a process of its own that makes jobs when told to.
import { createGateway, createLogger, loadConfig } from "@jimeng/gateway";

import { submission } from "./submission.ts";
import { connectScripted } from "./scripted-upstream.ts";
import type { Counts } from "./scripted-upstream.ts";

const { BENCH_PICTURES: pictures = "", BENCH_ACCOUNTS: accounts = "1" } = process.env;
const counts: Counts = { starts: 0, looks: 0 };
const config = loadConfig({
  ...process.env,
  PORT: "0",
  LOG_LEVEL: "error",
  JIMENG_SESSIONS: Array.from(
    { length: Number(accounts) },
    (_, index) => `a${index}=made-up-session-for-the-bench-${index}`,
  ).join(","),
});
const gateway = await createGateway({
  config,
  logger: createLogger("error"),
  connect: connectScripted(pictures, counts),
});
await gateway.listen();
process.send?.({ ready: true });

process.on("message", (message: { create?: number; counts?: true; stop?: true }) => {
  if (message.create !== undefined) void create(message.create);
  if (message.counts) process.send?.({ counts });
  if (message.stop) void gateway.close().then(() => process.exit(0));
});

async function create(jobs: number): Promise<void> {
  await gateway.jobs.create(Array.from({ length: jobs }, () => submission()));
  process.send?.({ created: jobs });
}
