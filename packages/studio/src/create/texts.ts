// What the composer says about problems, roles and changes, in the page's language.

import { formatNumber } from "../words/format.ts";
import * as words from "../words/create.js";
import type { Draft, ReferenceRole } from "./draft.ts";
import type { DraftChange, Problem } from "./legality.ts";

/** Says a price; null where it is not known. */
export function creditsText(credits: number | null): string {
  if (credits === null) return words.priceUnknown();
  return credits === 0 ? words.creditsFree() : words.credits({ count: credits });
}

/** Returns the name of a kind. */
export function kindName(kind: Draft["kind"]): string {
  return { image: words.image, video: words.video, audio: words.audio }[kind]();
}

/** Returns the name of a role. */
export function roleName(role: ReferenceRole): string {
  const names = {
    reference: words.roleReference,
    first: words.roleFirst,
    last: words.roleLast,
    keyframe: words.roleKeyframe,
  };
  return names[role]();
}

/** Says why a request cannot be made. */
export function problemText(problem: Problem): string {
  switch (problem.code) {
    case "empty":
      return words.problemEmpty();
    case "prompt-too-long":
      return words.problemLong({
        length: formatNumber(problem.length),
        most: formatNumber(problem.most),
      });
    case "too-many-references":
      return words.problemTooManyReferences(problem);
    case "no-references":
      return words.problemNoReferences();
    case "role":
      return words.problemRole({ role: roleName(problem.role) });
    case "kind":
      return words.problemKind();
    case "frames-and-references":
      return words.problemMixed();
    case "last-without-first":
      return words.problemLast();
    case "uploading":
      return words.problemUploading();
    case "too-many-prompts":
      return words.problemPrompts({
        count: problem.count,
        most: formatNumber(problem.most),
      });
  }
}

/** Says what another model changed. */
export function changesText(changes: readonly DraftChange[]): string {
  const texts = changes.map(({ field, from, to }) =>
    words.changedTo({
      field: fieldName(field),
      from: field === "roles" ? roleName(from as ReferenceRole) : from,
      to: to === null ? words.auto() : field === "roles" ? roleName(to as ReferenceRole) : to,
    }),
  );
  return words.changed({ changes: texts.join(" · ") });
}

function fieldName(field: DraftChange["field"]): string {
  const names: Record<DraftChange["field"], () => string> = {
    ratio: words.ratio,
    resolution: words.resolution,
    count: words.count,
    durationSeconds: words.duration,
    roles: words.roleReference,
  };
  return names[field]();
}
