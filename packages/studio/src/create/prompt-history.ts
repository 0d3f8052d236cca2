// The last prompts of this browser, for Ctrl+↑ and Ctrl+↓ in the prompt's field.

const storageKey = "jimeng.prompts";
const mostKept = 100;

function read(): string[] {
  try {
    const stored: unknown = JSON.parse(globalThis.localStorage?.getItem(storageKey) ?? "[]");
    return Array.isArray(stored) ? stored.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}

/** Remembers a prompt that was made, latest first, each once. */
export function rememberPrompt(prompt: string): void {
  const others = read().filter((each) => each !== prompt);
  localStorage.setItem(storageKey, JSON.stringify([prompt, ...others].slice(0, mostKept)));
}

/** Returns the prompt one step further back (1) or forward (-1) than this one; undefined where there is none. */
export function stepHistory(prompt: string, step: 1 | -1): string | undefined {
  const prompts = read();
  const next = prompts.indexOf(prompt) + step;
  if (next < -1) return undefined;
  return next === -1 ? "" : prompts[next];
}
