// `npm run check`: every step runs, also when an earlier one failed; any failure fails the whole.
import { checkSteps, run } from "./steps.mjs";

const failed = checkSteps.filter(([name, command, args]) => run(name, command, args) !== 0);
process.exit(failed.length === 0 ? 0 : 1);
