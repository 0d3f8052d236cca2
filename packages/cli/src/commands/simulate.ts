// `jimeng simulate`: the stand-in for the upstream alone on a port.

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
const largestBalance = 1_000_000_000;

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
  program
    .command("simulate")
    .description("run the simulated upstream alone, for tests of any client")
    .option("--port <number>", "port; 0 takes a free one", portNumber, defaultSimulatorPort)
    .option("--host <address>", "address", "127.0.0.1")
    .option("--data-dir <folder>", "keep credits and records here (default: in memory only)")
    .addOption(
      new Option("--media <kind>", "drawn pictures and videos, or small blank ones")
        .choices(["drawn", "blank"])
        .default("drawn"),
    )
    .addOption(
      new Option(
        "--result-hosts <kind>",
        "the site's hosts in the path of result URLs, or real ones",
      )
        .choices(["path", "real"])
        .default("path"),
    )
    .option(
      "--lax",
      "take what the site may take: a bad or missing Sign, an old Appvr, no aid, other upload signing",
    )
    .option("--credits <number>", "credits of a new account", wholeNumber(0, largestBalance))
    .option("--image-seconds <number>", "how long a picture takes", positiveSeconds)
    .option("--video-seconds <number>", "how long a video takes", positiveSeconds)
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
  const banner = simulatorBanner({ url: simulator.url, dataDir });
  await untilStopped(context.output, banner, interrupts, () => simulator.close());
}

function toMilliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
