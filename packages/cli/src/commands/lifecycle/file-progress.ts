// Shows how many files a backup or a restore has copied.

import type { Context } from "../../context.ts";

const drawEveryMs = 2000;

/** Runs work that tells the number of files, and draws it. */
export async function showFiles<Result>(
  { output, words }: Context,
  work: (onProgress: (files: number) => void) => Promise<Result>,
): Promise<Result> {
  const startedAt = performance.now();
  let drawnAt = startedAt;
  try {
    return await work((files) => {
      const now = performance.now();
      if (now - drawnAt < drawEveryMs) return;
      drawnAt = now;
      const elapsedMs = now - startedAt;
      output.progress({ label: words.backup.progress(files), percent: 0, elapsedMs });
    });
  } finally {
    output.endProgress();
  }
}
