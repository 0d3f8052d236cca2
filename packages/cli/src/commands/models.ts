// `jimeng models`: lists the models, the facts of one of them, or what the sites' live lists tell otherwise.

import type { ModelFactObject, ModelObject } from "@jimeng/gateway/api";
import { Option } from "commander";
import type { Command } from "commander";

import { withClient } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import type { Context } from "../context.ts";
import type { Words } from "../words/words.ts";
import { withConnectionOptions } from "./connection-options.ts";

interface ModelsOptions extends ConnectionOptions {
  kind?: string;
  diff?: boolean;
  json?: boolean;
}

/** Adds `jimeng models`. */
export function addModelsCommand(program: Command, context: Context): void {
  const { help } = context.words;
  const command = program
    .command("models")
    .description(help.models.description)
    .argument("[model]", help.models.model)
    .addOption(new Option("--kind <kind>", help.models.kind).choices(["image", "video"]))
    .option("--diff", help.models.diff)
    .option("--json", help.options.jsonList);
  withConnectionOptions(command, context.words).action(
    async (model: string | undefined, options: ModelsOptions) => {
      const { list, one } = await withClient(context, options, async (client) => ({
        list: await client.models.list({ waitForLive: true }),
        one: model === undefined ? undefined : await client.models.retrieve(model),
      }));
      const chosen = one === undefined ? list.data : [one];
      const data = chosen.filter(
        ({ jimeng }) =>
          (!options.kind || jimeng.kind === options.kind) &&
          (options.diff !== true || jimeng.changes.length > 0),
      );
      if (options.json) return context.output.json({ ...list, data });
      if (options.diff === true) return showChanges(data, list.data, context);
      if (one !== undefined) return showFacts(one, context);
      return showModels(data, context);
    },
  );
}

function showModels(data: readonly ModelObject[], { output, words }: Context): void {
  const { models, jobs } = words;
  output.table(
    [models.model, jobs.kind, models.regions, models.resolutions, models.known, models.makes],
    data.map(({ id, jimeng }) => [
      id,
      jobs[jimeng.kind],
      jimeng.regions.join(" "),
      jimeng.resolutions.join(" "),
      newestSource(Object.values(jimeng.facts), words),
      jimeng.kind === "video"
        ? models.seconds(jimeng.durations.join(", "))
        : models.pictures(jimeng.counts.options.join(", ")),
    ]),
  );
}

/** Returns the age of the newest live fact, or that all are built in. */
function newestSource(facts: readonly ModelFactObject[], { models }: Words): string {
  const ages = facts.flatMap(({ source, age_seconds: age }) => (source === "live" ? [age] : []));
  return ages.length === 0
    ? models.builtIn
    : `${models.live} ${toAge(Math.min(...ages), { models })}`;
}

function showFacts({ jimeng }: ModelObject, { output, words }: Context): void {
  const { models } = words;
  const fields: Readonly<Record<string, unknown>> = {
    ...jimeng,
    references: jimeng.reference_limits ?? jimeng.max_references,
  };
  output.table(
    [models.fact, models.value, models.source, models.age],
    Object.entries(jimeng.facts).map(([name, fact]) => [
      name,
      toText(fields[name]),
      fact.source === "built_in" ? models.builtIn : `${models.live} ${fact.region ?? ""}`.trim(),
      toAge(fact.age_seconds, words),
    ]),
  );
}

function showChanges(
  changed: readonly ModelObject[],
  all: readonly ModelObject[],
  { output, words }: Context,
): void {
  const { models } = words;
  const isRead = all.some(({ jimeng }) =>
    Object.values(jimeng.facts).some(({ source }) => source === "live"),
  );
  if (changed.length === 0) return output.note(isRead ? models.noChanges : models.notRead);
  const names = {
    appeared: models.appeared,
    gone: models.gone,
    benefit_changed: models.benefitChanged,
  } as const;
  output.table(
    [
      models.change,
      models.model,
      models.region,
      models.resolutions,
      models.tagBefore,
      models.tagNow,
    ],
    changed.flatMap(({ id, jimeng }) =>
      jimeng.changes.map((change) => [
        names[change.change],
        id,
        change.region,
        change.resolution ?? "",
        change.built_in ?? "",
        change.live ?? "",
      ]),
    ),
  );
}

/** Shows a value as people read it: lists with commas, the parts of an object by their names. */
function toText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(toText).join(", ");
  if (typeof value !== "object") return typeof value === "string" ? value : JSON.stringify(value);
  return Object.entries(value)
    .filter(([, inner]) => inner !== null)
    .map(([name, inner]) => `${name}: ${toText(inner)}`)
    .join("; ");
}

const minuteSeconds = 60;
const hourSeconds = 3600;
const daySeconds = 86_400;

function toAge(seconds: number, { models }: Pick<Words, "models">): string {
  if (seconds < hourSeconds) return models.minutes(Math.floor(seconds / minuteSeconds));
  if (seconds < daySeconds) return models.hours(Math.floor(seconds / hourSeconds));
  return models.days(Math.floor(seconds / daySeconds));
}
