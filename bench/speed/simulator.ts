// Runs the simulator for a measurement: blank media, and generations that take exactly as long as they are told.
import { createSimulator } from "../../packages/simulator/src/index.ts";

const [imageMs = "5000"] = process.argv.slice(2);
const simulator = await createSimulator({
  media: "blank",
  timing: { imageMs: Number(imageMs), jitter: false },
});
process.stdout.write(`${simulator.url}\n`);
process.on("SIGTERM", () => void simulator.close().then(() => process.exit(0)));
