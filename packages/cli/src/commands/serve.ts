// `jimeng serve`: runs a gateway in the foreground until it is stopped.

import type { Command } from "commander";

import { gatewayBanner } from "../terminal/banner.ts";
import type { Context } from "../context.ts";
import { listenForInterrupts } from "../terminal/interrupt.ts";
import { boundMemory, collectAtRest } from "../gateway/memory-bounds.ts";
import { listenForHangUps } from "../gateway/hang-up.ts";
import { createServiceManager } from "../gateway/service-manager.ts";
import { portNumber } from "./option-values.ts";
import { startServer } from "../gateway/server.ts";
import type { ServerSettings } from "../gateway/server.ts";
import { misspeltSettings } from "../gateway/setting-names.ts";
import { untilStopped } from "../terminal/until-stopped.ts";

/** Adds `jimeng serve`. */
export function addServeCommand(program: Command, context: Context): void {
  const { serve, options: shared } = context.words.help;
  program
    .command("serve")
    .description(serve.description)
    .option("--port <number>", serve.port, portNumber)
    .option("--host <address>", serve.host)
    .option("--data-dir <folder>", shared.dataDir)
    .option("--simulate", serve.simulate)
    .action(async (options: ServerSettings & { simulate?: boolean }) => {
      const { simulate, ...settings } = options;
      const environment = simulate
        ? { ...context.environment, JIMENG_SIMULATE: "true" }
        : context.environment;
      for (const warning of await misspeltSettings(environment)) context.output.warning(warning);
      const interrupts = listenForInterrupts();
      const server = await startServer(environment, settings, {
        onWait: (note) => context.output.note(note),
        log: context.output.log,
      });
      boundMemory();
      collectAtRest();
      for (const warning of server.warnings) context.output.warning(warning);
      const { config } = server;
      const facts = {
        url: server.url,
        dataDir: config.dataDir,
        mode: config.mode,
        isSimulationAsked: config.simulate,
        accounts: server.accounts,
        hasKeys: config.apiKeys.length > 0,
        isPassthrough: config.passthrough,
      };
      const banner = gatewayBanner(facts, context.words);
      const endHangUps = listenForHangUps(server, process.stdin.isTTY);
      const manager = createServiceManager(environment);
      manager.ready();
      await untilStopped(context.output, banner, interrupts, async () => {
        manager.stopping();
        // Whoever presses Ctrl-C waits at the terminal; a service manager has time.
        if (interrupts.first() === "SIGTERM") await server.drain();
        await server.close();
        endHangUps();
      });
    });
}
