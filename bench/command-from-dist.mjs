// Running the built command in a clone, where bin/jimeng.mjs would choose the sources.
import { enableCompileCache } from "node:module";
import { setFlagsFromString } from "node:v8";

// As bin/jimeng.mjs does.
setFlagsFromString("--semi-space-growth-factor=1");
enableCompileCache();
const { main } = await import("../packages/cli/dist/main.js");
process.exitCode = await main(process.argv.slice(2));
