// `jimeng simulate`: runs the simulator of the upstream alone on a port.

import path from "node:path";

import { Option } from "commander";
import type { Command } from "commander";

import { simulatorBanner } from "../terminal/banner.ts";
import type { Context } from "../context.ts";
import { prepareDataFolder } from "../gateway/folders.ts";
import { simulatorWarnings } from "../gateway/server.ts";
import { listenForInterrupts } from "../terminal/interrupt.ts";
import { portNumber, positiveSeconds, wholeNumber } from "./option-values.ts";
import { untilStopped } from "../terminal/until-stopped.ts";

const defaultSimulatorPort = 5200;
const maxBalance = 1_000_000_000;

interface SimulateOptions {
  port: number;
  host: string;
  dataDir?: string;
  media: "drawn" | "blank";
  resultHosts: "path" | "real";
  lax?: boolean;
  credits?: number;
  imageSeconds?: number;
  videoSeconds?: number;
}

/** Adds `jimeng simulate`. */
export function addSimulateCommand(program: Command, context: Context): void {
  const texts = context.words.help.simulate;
  program
    .command("simulate")
    .description(texts.description)
    .option("--port <number>", texts.port, portNumber, defaultSimulatorPort)
    .option("--host <address>", texts.host, "127.0.0.1")
    .option("--data-dir <folder>", texts.dataDir)
    .addOption(
      new Option("--media <kind>", texts.media).choices(["drawn", "blank"]).default("drawn"),
    )
    .addOption(
      new Option("--result-hosts <kind>", texts.resultHosts)
        .choices(["path", "real"])
        .default("path"),
    )
    .option("--lax", texts.lax)
    .option("--credits <number>", texts.credits, wholeNumber("--credits", 0, maxBalance))
    .option("--image-seconds <number>", texts.imageSeconds, positiveSeconds("--image-seconds"))
    .option("--video-seconds <number>", texts.videoSeconds, positiveSeconds("--video-seconds"))
    .action((options: SimulateOptions) => simulate(context, options));
}

async function simulate(context: Context, options: SimulateOptions): Promise<void> {
  const dataDir = options.dataDir === undefined ? undefined : path.resolve(options.dataDir);
  if (dataDir !== undefined) await prepareDataFolder(dataDir);
  const { createSimulator } = await import("@jimeng/simulator");
  const interrupts = listenForInterrupts();
  const simulator = await createSimulator({
    host: options.host,
    port: options.port,
    dataDir,
    media: options.media,
    resultHosts: options.resultHosts,
    strict: !options.lax,
    initialCredits:
      options.credits === undefined ? undefined : { gift: options.credits, vip: 0, purchase: 0 },
    timing: {
      imageMs: toMilliseconds(options.imageSeconds),
      videoMs: toMilliseconds(options.videoSeconds),
    },
  });
  for (const warning of simulatorWarnings(simulator)) context.output.warning(warning);
  const banner = simulatorBanner({ url: simulator.url, dataDir }, context.words);
  await untilStopped(context.output, banner, interrupts, () => simulator.close());
}

function toMilliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
