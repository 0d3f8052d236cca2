// Judges the steps of a walk: compares their answers, redacted, with the answers of docs/upstream.
import type { Region } from "@jimeng/sdk";
import type { Redactor } from "../answers/redact.ts";
import { refusalOf } from "../answers/refusals.ts";
import { compareShapes, shapeOf } from "../answers/shapes.ts";
import type { Charge } from "./charges.ts";
import type { Exchange } from "./recorder.ts";
import type { Difference, Outcome, Part, Verdict } from "./step.ts";

/** What the report says about one step. */
export interface StepReport {
  step: string;
  part: Part;
  what: string;
  /** Whether its part was chosen. */
  isChosen: boolean;
  verdict: Verdict;
  /** Why it was refused, failed, is in doubt or was not run; null else. */
  why: string | null;
  differences: Difference[];
  notes: string[];
  /** What it started; null for a free step. Ids are shortened. */
  started: {
    model: string;
    submitId: string | null;
    historyId: string | null;
    estimated: number | null;
    charged: number | null;
    refunded: number | null;
  } | null;
  files: string[];
}

/** How the answers of one endpoint differ in fields that the sdk does not need. */
export interface FieldsReport {
  endpoint: string;
  page: string;
  /** Fields that no fixture has. */
  added: string[];
  /** Fields of the fixtures that no answer has. */
  absent: string[];
}

/** Judges one step. */
export function judge(
  outcome: Outcome,
  context: { region: Region; redactor: Redactor; charge: Charge | undefined },
): StepReport {
  const { planned, problem, started, files } = outcome;
  const { step, description } = planned;
  const compared = outcome.exchanges.map((exchange) => compare(exchange, context));
  const differences = distinct([
    ...outcome.differences,
    ...compared.flatMap((each) => each.differences),
  ]);
  const { charge } = context;
  return {
    step: step.name,
    part: step.part,
    what: step.what,
    isChosen: planned.isChosen,
    verdict: problem?.verdict ?? (differences.length > 0 ? "differs" : "ok"),
    why: problem?.why ?? null,
    differences,
    notes: distinct([...outcome.notes, ...compared.flatMap((each) => each.notes)]),
    started:
      started === undefined
        ? null
        : {
            model: description,
            submitId: shorten(started.submitId),
            historyId: shorten(started.historyId),
            estimated: started.price.credits,
            charged: charge?.charged ?? null,
            refunded: charge?.refunded ?? null,
          },
    files,
  };
}

interface Comparison {
  differences: Difference[];
  notes: string[];
  added: string[];
  absent: string[];
}

function compare(
  exchange: Exchange,
  { region, redactor }: { region: Region; redactor: Redactor },
): Comparison {
  const { endpoint, kind, sent } = exchange;
  const { name, page } = endpoint;
  const nothing = { differences: [], notes: [], added: [], absent: [] };
  const refusal = refusalOf(exchange);
  if (refusal !== undefined) return { ...nothing, notes: [`${name} answered ${refusal}`] };
  const { bodies, reads } = endpoint.expect({ region, kind, sent });
  // Judged after redaction: a path of the raw answer might name a person who stands in a key.
  const body = redactor.redact(exchange.body, endpoint.isPersonal);
  const { missing, changed, added, absent } = compareShapes(
    shapeOf(...bodies),
    shapeOf(body),
    reads,
  );
  return {
    ...nothing,
    differences: [
      ...missing.map((path) => ({ page, path, what: "is missing" })),
      ...changed.map((text) => {
        const at = text.indexOf(" is ");
        return { page, path: text.slice(0, at), what: text.slice(at + 1) };
      }),
    ],
    added,
    absent,
  };
}

/** Reports, by endpoint, the fields that are new, and those that no answer has. */
export function reportFields(
  exchanges: readonly Exchange[],
  context: { region: Region; redactor: Redactor },
): FieldsReport[] {
  const names = distinct(exchanges.map(({ endpoint }) => endpoint.name));
  return names.flatMap((name) => {
    const answered = exchanges.filter(
      (exchange) => exchange.endpoint.name === name && refusalOf(exchange) === undefined,
    );
    const [first, ...others] = answered.map((exchange) => compare(exchange, context));
    if (first === undefined) return [];
    const added = distinct([first, ...others].flatMap((each) => each.added));
    const absent = first.absent.filter((path) =>
      others.every((each) => each.absent.includes(path)),
    );
    const page = answered[0]!.endpoint.page;
    return [{ endpoint: name, page, added: withoutInner(added), absent: withoutInner(absent) }];
  });
}

/** Leaves out what lies inside another of the paths. */
function withoutInner(paths: readonly string[]): string[] {
  return paths.filter(
    (path) => !paths.some((other) => path.startsWith(`${other}.`) || path.startsWith(`${other}[`)),
  );
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value] as const)).values()];
}

const shownLength = 6;

/** Shortens an id so that its owner recognises it and nobody else can use it. */
export function shorten(id: string | null): string | null {
  if (id === null || id === "") return null;
  return `${id.slice(0, shownLength)}…`;
}
