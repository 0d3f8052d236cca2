// The difference between two prompts, word by word; Chinese and Japanese by character.

/** A piece of text: kept, taken out, or put in. */
export interface DifferencePiece {
  kind: "same" | "out" | "in";
  text: string;
}

const word =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}]|[\p{L}\p{N}\p{M}'’-]+|\s+|[^\p{L}\p{N}\p{M}\s]/gu;
// Longer prompts are compared as wholes: the table of a comparison grows with the square.
const mostWords = 1500;

/** Returns the pieces of which a text and its successor are made. */
export function differenceOf(before: string, after: string): DifferencePiece[] {
  const [old, fresh] = [before.match(word) ?? [], after.match(word) ?? []];
  if (before === after) return before === "" ? [] : [{ kind: "same", text: before }];
  if (old.length > mostWords || fresh.length > mostWords)
    return joined([
      { kind: "out", text: before },
      { kind: "in", text: after },
    ]);
  const lengths = commonLengths(old, fresh);
  const pieces: DifferencePiece[] = [];
  let [at, to] = [0, 0];
  while (at < old.length || to < fresh.length) {
    const [one, other] = [old[at], fresh[to]];
    if (one !== undefined && one === other) {
      pieces.push({ kind: "same", text: one });
      at += 1;
      to += 1;
    } else if (
      one !== undefined &&
      (other === undefined || lengthAt(lengths, at + 1, to) >= lengthAt(lengths, at, to + 1))
    ) {
      pieces.push({ kind: "out", text: one });
      at += 1;
    } else if (other !== undefined) {
      pieces.push({ kind: "in", text: other });
      to += 1;
    }
  }
  return joined(pieces);
}

function lengthAt(lengths: readonly Uint16Array[], at: number, to: number): number {
  return lengths[at]?.[to] ?? 0;
}

/** Returns for every pair of ends how many words they have in common in the same order. */
function commonLengths(old: readonly string[], fresh: readonly string[]): Uint16Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1));
  for (let at = old.length - 1; at >= 0; at--) {
    const row = lengths[at];
    for (let to = fresh.length - 1; row !== undefined && to >= 0; to--)
      row[to] =
        old[at] === fresh[to]
          ? lengthAt(lengths, at + 1, to + 1) + 1
          : Math.max(lengthAt(lengths, at + 1, to), lengthAt(lengths, at, to + 1));
  }
  return lengths;
}

function joined(pieces: readonly DifferencePiece[]): DifferencePiece[] {
  const result: DifferencePiece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (piece.text === "") continue;
    if (last?.kind === piece.kind) last.text += piece.text;
    else result.push({ ...piece });
  }
  return result;
}
