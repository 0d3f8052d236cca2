// `jimeng webhooks`: the owner stores endpoints that are told of events, tests them, and reads what was delivered.

import type { DeliveryObject, MadeWebhookObject, WebhookObject } from "@jimeng/gateway/api";
import type { Command } from "commander";

import { withClient } from "../../gateway/connect.ts";
import type { ConnectionOptions } from "../../gateway/connection.ts";
import type { Context } from "../../context.ts";
import { localTime } from "../../terminal/local-time.ts";
import { withConnectionOptions } from "../connection-options.ts";
import { wholeNumber } from "../option-values.ts";
import { refuseUnknownSubcommands } from "../subcommands.ts";

type Options = ConnectionOptions & { json?: boolean };
type CreateOptions = Options & { events: string[]; description?: string };
type RotateOptions = Options & { keepOld?: number };
type DeliveriesOptions = Options & { limit: number };

const defaultEvents = ["job.completed", "job.failed", "job.cancelled"];
const maxKeepSeconds = 604_800;
const maxLimit = 100;
const defaultLimit = 20;

/** Adds `jimeng webhooks` and the commands below it. */
export function addWebhooksCommand(program: Command, context: Context): void {
  const { webhooks: texts } = context.words.help;
  const group = program.command("webhooks").description(texts.description);
  refuseUnknownSubcommands(group);
  addList(group, context);
  addCreate(group, context);
  addRemove(group, context);
  addRotate(group, context);
  addTest(group, context);
  addDeliveries(group, context);
  addRedeliver(group, context);
}

function addList(group: Command, context: Context): void {
  const { help, jobs, webhooks: words } = context.words;
  const command = group
    .command("list", { isDefault: true })
    .description(help.webhooks.list)
    .option("--json", help.options.jsonList);
  withConnectionOptions(command, context.words).action(async (options: Options) => {
    const list = await withClient(context, options, (client) => client.webhooks.list());
    if (options.json) return context.output.json(list);
    if (list.data.length === 0) return context.output.note(words.none);
    context.output.table(
      [jobs.id, words.url, words.events, words.state],
      list.data.map((each) => [each.id, each.url, each.events.join(" "), stateOf(each, context)]),
    );
  });
}

function addCreate(group: Command, context: Context): void {
  const { help } = context.words;
  const command = group
    .command("create")
    .description(help.webhooks.create)
    .argument("<url>", help.webhooks.url)
    .option("--events <types>", help.webhooks.events, (text) => text.split(","), defaultEvents)
    .option("--description <text>", help.webhooks.note)
    .option("--json", help.options.jsonAnswer);
  withConnectionOptions(command, context.words).action(
    async (url: string, options: CreateOptions) => {
      const { events, description } = options;
      const body = { url, events, description };
      const made = await withClient(context, options, (client) => client.webhooks.create(body));
      showSecret(made, options, context);
    },
  );
}

function addRemove(group: Command, context: Context): void {
  const { help, webhooks: words } = context.words;
  const command = group
    .command("remove")
    .description(help.webhooks.remove)
    .argument("<id>", help.webhooks.id);
  withConnectionOptions(command, context.words).action(async (id: string, options: Options) => {
    await withClient(context, options, (client) => client.webhooks.remove(id));
    context.output.note(words.removed(id));
  });
}

function addRotate(group: Command, context: Context): void {
  const { help } = context.words;
  const keep = wholeNumber("--keep-old", 0, maxKeepSeconds);
  const command = group
    .command("rotate")
    .description(help.webhooks.rotate)
    .argument("<id>", help.webhooks.id)
    .option("--keep-old <seconds>", help.webhooks.keepOld, keep)
    .option("--json", help.options.jsonAnswer);
  withConnectionOptions(command, context.words).action(
    async (id: string, options: RotateOptions) => {
      const { keepOld: keepOldSeconds } = options;
      const made = await withClient(context, options, (client) =>
        client.webhooks.rotate(id, { keepOldSeconds }),
      );
      showSecret(made, options, context);
    },
  );
}

function addTest(group: Command, context: Context): void {
  const { help } = context.words;
  const command = group
    .command("test")
    .description(help.webhooks.test)
    .argument("<id>", help.webhooks.id)
    .option("--json", help.options.jsonAnswer);
  withConnectionOptions(command, context.words).action(async (id: string, options: Options) => {
    const delivery = await withClient(context, options, (client) => client.webhooks.test(id));
    if (options.json) return context.output.json(delivery);
    showDeliveries([delivery], context);
  });
}

function addDeliveries(group: Command, context: Context): void {
  const { help, webhooks: words } = context.words;
  const limit = wholeNumber("--limit", 1, maxLimit);
  const command = group
    .command("deliveries")
    .description(help.webhooks.deliveries)
    .argument("<id>", help.webhooks.id)
    .option("--limit <number>", help.webhooks.limit, limit, defaultLimit)
    .option("--json", help.options.jsonList);
  withConnectionOptions(command, context.words).action(
    async (id: string, options: DeliveriesOptions) => {
      const page = await withClient(context, options, (client) =>
        client.webhooks.deliveries(id, { limit: options.limit }),
      );
      if (options.json) return context.output.json(page);
      if (page.data.length === 0) return context.output.note(words.noDeliveries);
      showDeliveries(page.data, context);
    },
  );
}

function addRedeliver(group: Command, context: Context): void {
  const { help } = context.words;
  const command = group
    .command("redeliver")
    .description(help.webhooks.redeliver)
    .argument("<id>", help.webhooks.id)
    .argument("<delivery>", help.webhooks.delivery)
    .option("--json", help.options.jsonAnswer);
  withConnectionOptions(command, context.words).action(
    async (id: string, deliveryId: string, options: Options) => {
      const delivery = await withClient(context, options, (client) =>
        client.webhooks.redeliver(id, deliveryId),
      );
      if (options.json) return context.output.json(delivery);
      showDeliveries([delivery], context);
    },
  );
}

function showSecret(made: MadeWebhookObject, { json }: Options, { output, words }: Context): void {
  if (json) return output.json(made);
  output.result(made.id);
  output.result(made.secret);
  output.note(words.webhooks.secretShownOnce);
}

function showDeliveries(deliveries: readonly DeliveryObject[], { output, words }: Context): void {
  const { webhooks } = words;
  const states = {
    pending: webhooks.pending,
    delivered: webhooks.delivered,
    failed: webhooks.failed,
  } as const;
  output.table(
    [words.jobs.id, webhooks.time, webhooks.event, webhooks.state, webhooks.answer],
    deliveries.map((each) => [
      each.id,
      localTime(each.created_at),
      each.type,
      `${states[each.status]} (${each.attempts})`,
      each.error ?? String(each.response_status ?? ""),
    ]),
  );
}

function stateOf(webhook: WebhookObject, { words }: Context): string {
  const { webhooks } = words;
  if (webhook.disabled) return webhook.disabled_reason ?? webhooks.disabled;
  return webhook.failing_since === null ? webhooks.works : webhooks.failing;
}
