// The words of a walk: the plan before the question, and the report of what was found.
import type { Region, Versions } from "@jimeng/sdk";
import { allExpectedBodies } from "./endpoints.ts";
import { fieldNamesOf } from "../answers/fixtures.ts";
import { createRedactor, type Redactor } from "../answers/redact.ts";
import { type FieldsReport, judge, reportFields, shorten, type StepReport } from "./judge.ts";
import { countCredits } from "./plan.ts";
import { type QuestionReport, reportQuestions } from "./questions.ts";
import type { PlannedStep, Verdict } from "./step.ts";
import type { Walked } from "./walk.ts";

/** What a walk found. */
export interface WalkReport {
  region: Region;
  /** The day of the walk. */
  day: string;
  /** The version strings that it sent. */
  versions: Versions;
  steps: StepReport[];
  /** Credits by the estimates, by the credit history, and by the fall of the balance; null where not known. */
  credits: { estimated: number; charged: number; refunded: number; balanceFell: number | null };
  questions: QuestionReport[];
  fields: FieldsReport[];
}

/** Describes a plan: each step that starts something with its credits, and the sum. */
export function describePlan(
  planned: readonly PlannedStep[],
  context: { account: string; region: Region; balance: number; maxCredits: number; folder: string },
): string {
  const { account, region, balance, maxCredits, folder } = context;
  const runnable = planned.filter(({ unavailable }) => unavailable === undefined);
  const starts = runnable.filter(({ price }) => price !== undefined);
  const free = runnable.filter(({ price }) => price === undefined);
  const width = Math.max(0, ...starts.map(({ step }) => step.name.length));
  const lines = starts.map(({ step, price, description }) => {
    const credits =
      price?.credits === null
        ? `not measured by anybody, counted as ${price.counted}`
        : inCredits(price?.credits ?? 0);
    return `  ${step.name.padEnd(width)}  ${credits}  (${description}; ${step.what})`;
  });
  const unavailable = planned
    .filter((one) => one.unavailable !== undefined && one.isChosen)
    .map(({ step, unavailable: why }) => `  ${step.name}: not run, ${why}`);
  const sum = `up to ${inCredits(countCredits(planned))} of your ${balance}`;
  return [
    `This walk makes ${starts.length} starts with the account ${account} (${region}), each once, for ${sum}:`,
    ...lines,
    ...unavailable,
    ...(free.length === 0
      ? []
      : [`Free of charge it does: ${free.map(({ step }) => step.name).join(", ")}.`]),
    runnable.some(({ step }) => step.part === "claim")
      ? "It claims the daily credits."
      : "It claims nothing.",
    `Estimates are what others were charged, and may be wrong. The balance is read before each start, and nothing is`,
    `started that could take the walk above ${maxCredits} credits (--max-credits).`,
    `What it makes is saved in ${folder}.`,
    "",
  ].join("\n");
}

function inCredits(credits: number): string {
  return credits === 1 ? "1 credit" : `${credits} credits`;
}

/** Makes the report of a walk, and the redactor that knows what its answers hold. */
export function makeReport(
  walked: Walked,
  session: string,
): { report: WalkReport; redactor: Redactor } {
  const redactor = createRedactor([session], fieldNamesOf(allExpectedBodies()));
  for (const { exchanges } of walked.outcomes) {
    for (const { endpoint, body } of exchanges) redactor.collect(body, endpoint.isPersonal);
  }
  const { region, startedAt, versions, outcomes, starts, charges } = walked;
  const steps = outcomes.map((outcome) => {
    const index = outcome.started === undefined ? -1 : starts.indexOf(outcome.started);
    return judge(outcome, { region, redactor, charge: charges.charges[index] });
  });
  const sum = (of: (step: NonNullable<StepReport["started"]>) => number | null): number =>
    steps.reduce((total, { started }) => total + ((started && of(started)) ?? 0), 0);
  const report = {
    region,
    day: new Date(startedAt).toISOString().slice(0, 10),
    versions,
    steps,
    credits: {
      estimated: sum(({ estimated }) => estimated),
      charged: sum(({ charged }) => charged),
      refunded: sum(({ refunded }) => refunded),
      balanceFell: charges.fall,
    },
    questions: reportQuestions({ region, outcomes, starts, rows: charges.rows }),
    fields: reportFields(
      outcomes.flatMap(({ exchanges }) => exchanges),
      { region, redactor },
    ),
  };
  return { report, redactor };
}

const maxPaths = 12;

/** Prints a report as Markdown. */
export function describeReport(report: WalkReport): string {
  const { steps, credits, questions, fields, versions } = report;
  return [
    `# Conformance of ${report.region}, ${report.day}`,
    "",
    `Sent with VERSION_CODE ${versions.appVersion}, WEB_VERSION ${versions.webVersion}, DA_VERSION ${versions.draftVersion}.`,
    summaryOf(steps),
    "",
    ...steps.filter(({ isChosen }) => isChosen).flatMap(describeStep),
    "",
    "## Credits",
    "",
    ...creditLines(report),
    `By the estimates ${credits.estimated}; by the credit history ${credits.charged} charged and ${credits.refunded} refunded; the balance fell by ${credits.balanceFell ?? "an unknown number"}.`,
    "",
    "## Open questions: settled",
    "",
    ...questionLines(questions, "settled"),
    "",
    "## Open questions: something seen",
    "",
    ...questionLines(questions, "seen"),
    "",
    "## Open questions: still open",
    "",
    ...questionLines(questions, "open"),
    "",
    "## Fields that are new, or in no answer",
    "",
    ...fields.flatMap(describeFields),
    "",
  ].join("\n");
}

function questionLines(
  questions: readonly QuestionReport[],
  state: QuestionReport["state"],
): string[] {
  const lines = questions
    .filter((question) => question.state === state)
    .map(({ number, question, page, seen }) => {
      return `- ${number}. ${question} (${page})${seen === null ? "" : `: ${seen}`}`;
    });
  return lines.length === 0 ? ["None."] : lines;
}

const verdicts: readonly Verdict[] = ["ok", "differs", "refused", "failed", "in doubt", "not run"];

function summaryOf(steps: readonly StepReport[]): string {
  const chosen = steps.filter(({ isChosen }) => isChosen);
  const counts = verdicts.flatMap((verdict) => {
    const { length } = chosen.filter((step) => step.verdict === verdict);
    return length === 0 ? [] : [`${length} ${verdict}`];
  });
  return `${chosen.length} steps: ${counts.join(", ")}.`;
}

function describeStep(report: StepReport): string[] {
  const { step, what, verdict, why, differences, notes } = report;
  return [
    `- **${step}** (${what}): ${verdict}${why === null ? "" : `, ${why}`}`,
    ...idsOf(report),
    ...differences.map(
      ({ page, path, what: how }) => `  - differs from ${page}: \`${path}\` ${how}`,
    ),
    ...notes.map((note) => `  - ${note}`),
  ];
}

function describeFields({ endpoint, page, added, absent }: FieldsReport): string[] {
  if (added.length === 0 && absent.length === 0) return [];
  return [
    `- ${endpoint} (${page})`,
    ...pathsLine("new", added),
    ...pathsLine("not there, and optional", absent),
  ];
}

function idsOf({ verdict, started }: StepReport): string[] {
  if (started === null || verdict === "ok" || verdict === "differs") return [];
  const { submitId, historyId } = started;
  return [`  - submit id ${submitId ?? "none"}, history id ${historyId ?? "none"}`];
}

function creditLines({ steps }: WalkReport): string[] {
  const started = steps.flatMap(({ step, started: start }) =>
    start === null ? [] : [{ step, ...start }],
  );
  if (started.length === 0) return ["Nothing was started."];
  return [
    "| step | what | estimated | charged | refunded |",
    "|---|---|---|---|---|",
    ...started.map(({ step, model, estimated, charged, refunded }) => {
      const cells = [step, model, estimated ?? "not measured", charged ?? "no row", refunded ?? ""];
      return `| ${cells.join(" | ")} |`;
    }),
    "",
  ];
}

function pathsLine(label: string, paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const more = paths.length > maxPaths ? `, and ${paths.length - maxPaths} more` : "";
  return [`  - ${label}: ${paths.slice(0, maxPaths).join(", ")}${more}`];
}

/** Tells whether every step that was chosen went through as the pages say. */
export function isConform({ steps }: WalkReport): boolean {
  return steps.every(({ verdict, isChosen }) => verdict === "ok" || !isChosen);
}

/** Lists what was started, with shortened ids, for the terminal of an interrupted walk. */
export function describeStarts({ starts }: Pick<Walked, "starts">): string {
  if (starts.length === 0) return "Nothing was started.\n";
  const lines = starts.map(
    ({ step, submitId, taken }) =>
      `  ${step}: ${taken === "yes" ? "taken" : taken === "no" ? "refused" : "in doubt"}, submit id ${shorten(submitId) ?? "none"}`,
  );
  return ["Started:", ...lines, ""].join("\n");
}
