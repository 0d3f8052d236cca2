// Splits prompts and queries into the words of the search index: whole lower-cased words, and for scripts that write no
// spaces every character and every pair of neighbours. Both database engines get the same words.

/** One word of a query. */
export interface QueryWord {
  word: string;
  /** Whether longer words that begin with it are found too. */
  isPrefix: boolean;
}

// Scripts whose words are not separated by spaces; Korean has spaces, but its words carry endings.
const spaceless =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Hang}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmr}\p{scx=Mymr}]+/gu;
const lettersAndDigits = /[\p{L}\p{N}\p{M}]+/gu;
// A prompt of 800 characters has about 1,600; the index is for finding, not for copies of whole books.
const maxWords = 4000;
const maxWordLength = 64;
const maxQueryWords = 32;

/** Returns the words under which a text is found, each once. */
export function wordsOf(text: string): string[] {
  const words = new Set<string>();
  for (const { run, isSpaceless } of runsOf(text)) {
    if (words.size >= maxWords) break;
    if (!isSpaceless) {
      words.add(run.slice(0, maxWordLength));
      continue;
    }
    const characters = Array.from(run);
    for (const [at, character] of characters.entries()) {
      words.add(character);
      const next = characters[at + 1];
      if (next !== undefined) words.add(character + next);
    }
  }
  return [...words].slice(0, maxWords);
}

/** Returns what a text must have to match a query: all of these words. Empty for a query without letters and digits. */
export function queryWordsOf(query: string): QueryWord[] {
  const found = new Map<string, QueryWord>();
  const add = (word: string, isPrefix: boolean) => found.set(word, { word, isPrefix });
  for (const { run, isSpaceless } of runsOf(query)) {
    if (!isSpaceless) {
      add(run.slice(0, maxWordLength), true);
      continue;
    }
    const characters = Array.from(run);
    if (characters.length === 1) add(run, false);
    for (const [at, next] of characters.slice(1).entries()) add(`${characters[at]}${next}`, false);
  }
  return [...found.values()].slice(0, maxQueryWords);
}

interface Run {
  run: string;
  isSpaceless: boolean;
}

function* runsOf(text: string): Generator<Run> {
  // Full-width and half-width forms, and composed and decomposed letters, are the same word.
  const folded = text.normalize("NFKC").toLowerCase();
  for (const [letters] of folded.matchAll(lettersAndDigits)) {
    let end = 0;
    for (const match of letters.matchAll(spaceless)) {
      if (match.index > end) yield { run: letters.slice(end, match.index), isSpaceless: false };
      yield { run: match[0], isSpaceless: true };
      end = match.index + match[0].length;
    }
    if (end < letters.length) yield { run: letters.slice(end), isSpaceless: false };
  }
}
