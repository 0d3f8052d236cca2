// `jimeng events`: prints what happens in the gateway, one JSON object on a line, until it is interrupted.

import type { Command } from "commander";

import { withClient } from "../../gateway/connect.ts";
import type { ConnectionOptions } from "../../gateway/connection.ts";
import type { Context } from "../../context.ts";
import { listenForInterrupts } from "../../terminal/interrupt.ts";
import { withConnectionOptions } from "../connection-options.ts";
import { eventPosition, wholeNumber } from "../option-values.ts";

interface EventsOptions extends ConnectionOptions {
  types?: string[];
  after?: string;
  count?: number;
}

const mostEvents = 1_000_000_000;

/** Adds `jimeng events`. */
export function addEventsCommand(program: Command, context: Context): void {
  const { events: texts } = context.words.help;
  const command = program
    .command("events")
    .description(texts.description)
    .option("--types <types>", texts.types, (text) => text.split(","))
    .option("--after <position>", texts.after, eventPosition)
    .option("--count <number>", texts.count, wholeNumber("--count", 1, mostEvents));
  withConnectionOptions(command, context.words).action((options: EventsOptions) =>
    follow(context, options),
  );
}

async function follow(context: Context, options: EventsOptions): Promise<void> {
  const { types, after, count = Number.POSITIVE_INFINITY } = options;
  const interrupts = listenForInterrupts();
  const { signal } = interrupts;
  try {
    await withClient(context, options, async (client) => {
      let printed = 0;
      for await (const message of client.events.stream({ types, after, signal })) {
        const { position } = message;
        context.output.json(
          message.name === "reset" ? { object: "reset", position } : { ...message.event, position },
        );
        printed += 1;
        if (printed >= count) return;
      }
    });
  } catch (error) {
    // To be interrupted is how it ends.
    if (!signal.aborted) throw error;
  } finally {
    interrupts.release();
  }
}
