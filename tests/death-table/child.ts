// A gateway process that dies by SIGKILL at one named moment, when it is told one. Only tests start it.
import process from "node:process";
import { createGateway, loadConfig } from "@jimeng/gateway";
import { dieAtVariable, dieAtTimeVariable } from "../chaos/gateway-process.ts";

const point = process.env[dieAtVariable] ?? "";
let passesLeft = Number(process.env[dieAtTimeVariable] ?? 1);

const gateway = await createGateway({
  config: loadConfig(process.env),
  onFailpoint(reached) {
    if (reached !== point) return;
    passesLeft -= 1;
    if (passesLeft === 0) process.kill(process.pid, "SIGKILL");
  },
});
// A test run that was killed itself must not leave this process behind.
process.once("disconnect", () => process.exit(0));
const { url } = await gateway.listen();
process.send?.({ url });
