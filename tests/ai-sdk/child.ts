// A process that makes one call and, where it is told a moment, kills itself there. Only tests start it.
import process from "node:process";
import { cutFetch, type Cut } from "./cut-fetch.ts";
import { type CallName, type CallSetting, calls } from "./subject.ts";

const setting = JSON.parse(process.argv[2] ?? "{}") as CallSetting & { call: CallName; cut?: Cut };
const { call, cut, ...rest } = setting;
const { fetch: cutting } = cutFetch(cut ?? { request: -1, moment: "before" }, () =>
  process.kill(process.pid, "SIGKILL"),
);
const ids = await calls[call]({ ...rest, fetch: cutting });
process.stdout.write(JSON.stringify(ids));
