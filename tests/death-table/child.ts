// A gateway process that dies by SIGKILL at one named moment, when it is told one. Only tests start it.
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { createGateway, loadConfig } from "@jimeng/gateway";
import { boundMemory, collectAtRest } from "../../packages/cli/src/gateway/memory-bounds.ts";
import {
  creditPageVariable,
  dieAtTimeVariable,
  dieAtVariable,
  settlementVariable,
} from "../chaos/gateway-process.ts";

// The memory of `jimeng serve`: see bin/jimeng.mjs.
setFlagsFromString("--semi-space-growth-factor=1");

const point = process.env[dieAtVariable] ?? "";
let passesLeft = Number(process.env[dieAtTimeVariable] ?? 1);

const config = loadConfig(process.env);
const creditPageGapMs = Number(process.env[creditPageVariable] ?? Number.NaN);
const settlementWindowMs = Number(process.env[settlementVariable] ?? Number.NaN);
// No setting changes these: a run of seconds shows what takes a day in earnest.
const jobs = {
  ...config.jobs,
  ...(Number.isNaN(creditPageGapMs) ? {} : { creditPageGapMs }),
  ...(Number.isNaN(settlementWindowMs) ? {} : { settlementWindowMs }),
};

const gateway = await createGateway({
  config: { ...config, jobs },
  onFailpoint(reached) {
    if (reached !== point) return;
    passesLeft -= 1;
    if (passesLeft === 0) process.kill(process.pid, "SIGKILL");
  },
});
// A test run that was killed itself must not leave this process behind.
process.once("disconnect", () => process.exit(0));
const { url } = await gateway.listen();
boundMemory();
collectAtRest();
process.send?.({ url });
