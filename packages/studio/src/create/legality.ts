// What a model takes: which choices are legal, why others are not, and what changes when the model does. All of it comes
// from the list of models.

import type { ModelObject } from "@jimeng/gateway/api";

import type { Draft, ReferenceRole } from "./draft.ts";

/** What a model can do. */
export type ModelFacts = ModelObject["jimeng"];

/** The fields of a draft that a model may not take. */
export type ChangedField = "ratio" | "resolution" | "count" | "durationSeconds" | "roles";

/** A change that a model made necessary; `to` is null where the model's own choice counts. */
export interface DraftChange {
  field: ChangedField;
  from: string;
  to: string | null;
}

/** Why a request cannot be made as it is. */
export type Problem =
  | { code: "empty" }
  | { code: "prompt-too-long"; most: number; length: number }
  | { code: "too-many-references"; most: number; count: number }
  | { code: "no-references" }
  | { code: "role"; role: ReferenceRole }
  | { code: "kind"; kind: string }
  | { code: "frames-and-references" }
  | { code: "last-without-first" }
  | { code: "uploading" }
  | { code: "too-many-prompts"; most: number; count: number };

/** The largest number of pictures of one request. */
export const maxImageCount = 10;

/** Lists the models of a kind that may be chosen, newest first as the gateway lists them; retired ones last. */
export function modelsOf(models: readonly ModelObject[], kind: Draft["kind"]): ModelObject[] {
  const ofKind = models.filter(({ jimeng }) => jimeng.kind === kind);
  const isRetired = ({ jimeng }: ModelObject) => jimeng.status === "retired";
  return [...ofKind.filter((model) => !isRetired(model)), ...ofKind.filter(isRetired)];
}

/** Returns the models that an account in one of these regions has; all where no region is known. */
export function isOffered({ jimeng }: ModelObject, regions: readonly string[]): boolean {
  return regions.length === 0 || jimeng.regions.some((region) => regions.includes(region));
}

/** A value that some model of the kind takes. */
export interface Choice<Value> {
  value: Value;
  /** Whether the model in force takes it. */
  isLegal: boolean;
}

/**
 * Lists the values of a fact that any offered model of a kind takes: those of the model in force in its own order, then
 * the others in theirs.
 */
export function choicesOf<Value extends string | number>(
  models: readonly ModelObject[],
  facts: ModelFacts | undefined,
  valuesOf: (facts: ModelFacts) => readonly Value[],
): Choice<Value>[] {
  const legal = facts === undefined ? [] : valuesOf(facts);
  const known = new Set(models.flatMap(({ jimeng }) => valuesOf(jimeng)));
  const isOther = (value: Value) => !legal.includes(value);
  return [
    ...legal.map((value) => ({ value, isLegal: true })),
    ...[...known].filter(isOther).map((value) => ({ value, isLegal: false })),
  ];
}

/** Lists the roles that a reference may have with a model. */
export function rolesOf(facts: ModelFacts | undefined, kind: Draft["kind"]): ReferenceRole[] {
  if (kind === "audio") return [];
  if (kind === "image") return facts === undefined || facts.max_references > 0 ? ["reference"] : [];
  const modes = facts?.modes ?? ["first_frame", "first_and_last_frame"];
  const has = (...names: string[]) => names.some((name) => modes.includes(name));
  const roles: ReferenceRole[] = [];
  if (has("first_frame", "first_and_last_frame")) roles.push("first");
  if (has("first_and_last_frame")) roles.push("last");
  if (has("subject_reference", "omni_reference")) roles.push("reference");
  if (has("multi_frame")) roles.push("keyframe");
  return roles;
}

/** Lists the roles that references of a kind may have with some model. */
export function allRolesOf(kind: Draft["kind"]): ReferenceRole[] {
  return kind === "video" ? ["first", "last", "reference", "keyframe"] : ["reference"];
}

/** Returns the role of a new reference: the first one of the model that is still free. */
export function nextRole(draft: Draft, facts: ModelFacts | undefined): ReferenceRole {
  const roles = rolesOf(facts, draft.kind);
  const taken = new Set(draft.references.map(({ role }) => role));
  const free = roles.find(
    (role) => role === "reference" || role === "keyframe" || !taken.has(role),
  );
  return free ?? roles[0] ?? "reference";
}

/** Lists the counts that may be asked for: those of one start, and more that become several jobs. */
export function countsOf(facts: ModelFacts | undefined): number[] {
  const options = facts?.counts.options ?? [1, 2, 3, 4];
  const most = Math.max(...options);
  const more = options.length === 1 ? [] : Array.from({ length: maxImageCount }, (_, at) => at + 1);
  return [...new Set([...options, ...more.filter((count) => count > most)])];
}

/** Returns the draft as a model takes it: what is legal stays, the rest becomes the model's own choice. */
export function fitDraft(
  draft: Draft,
  facts: ModelFacts,
): { draft: Draft; changes: DraftChange[] } {
  const changes: DraftChange[] = [];
  const fitted = { ...draft };
  const keep = <Value extends string | number>(
    field: "ratio" | "resolution" | "count" | "durationSeconds",
    value: Value | null,
    legal: readonly Value[],
    other: Value | null = null,
  ): Value | null => {
    if (value === null || legal.length === 0 || legal.includes(value)) return value;
    changes.push({ field, from: String(value), to: other === null ? null : String(other) });
    return other;
  };
  fitted.ratio = keep("ratio", draft.ratio, facts.ratios);
  fitted.resolution = keep("resolution", draft.resolution, facts.resolutions);
  fitted.count = draft.kind === "image" ? keep("count", draft.count, countsOf(facts)) : null;
  const near = nearest(draft.durationSeconds, facts.durations);
  fitted.durationSeconds =
    draft.kind === "video"
      ? keep("durationSeconds", draft.durationSeconds, facts.durations, near)
      : null;
  fitted.references = fitRoles(draft, facts, changes);
  return { draft: fitted, changes };
}

function nearest(value: number | null, options: readonly number[]): number | null {
  if (value === null || options.length === 0) return null;
  return options.reduce((best, each) =>
    Math.abs(each - value) < Math.abs(best - value) ? each : best,
  );
}

/** Gives references a role that the model has; a reference is never dropped. */
function fitRoles(draft: Draft, facts: ModelFacts, changes: DraftChange[]): Draft["references"] {
  const roles = rolesOf(facts, draft.kind);
  if (roles.length === 0) return draft.references;
  let fitted: Draft = { ...draft, references: [] };
  for (const reference of draft.references) {
    const role = roles.includes(reference.role) ? reference.role : nextRole(fitted, facts);
    if (role !== reference.role) changes.push({ field: "roles", from: reference.role, to: role });
    fitted = { ...fitted, references: [...fitted.references, { ...reference, role }] };
  }
  return fitted.references;
}

const mostFrames = 2;

/** Gives references the roles that another kind has: of a picture references, of a video its first and last frame. */
export function toRolesOfKind(
  references: Draft["references"],
  kind: Draft["kind"],
): Draft["references"] {
  if (kind === "image")
    return references.map((reference) => ({ ...reference, role: "reference", seconds: null }));
  const areFrames =
    references.length <= mostFrames && references.every((reference) => reference.kind === "image");
  if (kind !== "video" || !areFrames) return references;
  return references.map((reference, at) => ({ ...reference, role: at === 0 ? "first" : "last" }));
}

/** Counts the characters of a text as the site does: an emoji of one code point is one. */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}

/** Lists why a draft cannot be made; nothing where it can. `prompts` are those of a batch, or the one. */
export function findProblems(
  draft: Draft,
  facts: ModelFacts | undefined,
  prompts: readonly string[],
  mostPrompts: number,
): Problem[] {
  const problems: Problem[] = [];
  if (prompts.length === 0) problems.push({ code: "empty" });
  if (prompts.length > mostPrompts)
    problems.push({ code: "too-many-prompts", most: mostPrompts, count: prompts.length });
  const length = Math.max(0, ...prompts.map(countCharacters));
  const most = facts?.max_prompt_length ?? null;
  if (most !== null && length > most) problems.push({ code: "prompt-too-long", most, length });
  return [...problems, ...findReferenceProblems(draft, facts)];
}

function findReferenceProblems(draft: Draft, facts: ModelFacts | undefined): Problem[] {
  const { references, kind } = draft;
  if (references.length === 0) return [];
  const problems: Problem[] = [];
  if (references.some(({ source }) => source === null)) problems.push({ code: "uploading" });
  const roles = rolesOf(facts, kind);
  if (roles.length === 0) return [...problems, { code: "no-references" }];
  for (const role of new Set(references.map((reference) => reference.role)))
    if (!roles.includes(role)) problems.push({ code: "role", role });
  const most = facts?.reference_limits?.total ?? facts?.max_references ?? null;
  if (most !== null && references.length > most)
    problems.push({ code: "too-many-references", most, count: references.length });
  const other = references.find((reference) => reference.kind !== "image");
  if (other !== undefined && facts?.reference_limits == null)
    problems.push({ code: "kind", kind: other.kind });
  const has = (role: ReferenceRole) => references.some((reference) => reference.role === role);
  if (kind === "video" && (has("first") || has("last")) && (has("reference") || has("keyframe")))
    problems.push({ code: "frames-and-references" });
  if (has("last") && !has("first")) problems.push({ code: "last-without-first" });
  return problems;
}
