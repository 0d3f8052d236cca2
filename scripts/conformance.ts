// `npm run conformance`: compares the site, or the simulator, with docs/upstream; tests/conformance/command says how.
import { createInterface } from "node:readline/promises";
import { loadConfig } from "../packages/gateway/src/config/config.ts";
import { runConformance } from "../tests/conformance/command/command.ts";

const interruption = new AbortController();

/** Asks the owner; everything but a typed yes is a no. */
async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const cancelled = new AbortController();
  terminal.once("SIGINT", () => cancelled.abort());
  try {
    const answer = await terminal.question(question, { signal: cancelled.signal });
    return answer.trim().toLowerCase() === "yes";
  } catch (error) {
    if (cancelled.signal.aborted) return false;
    throw error;
  } finally {
    terminal.close();
  }
}

// A second ^C ends the process at once.
process.once("SIGINT", () => {
  process.stderr.write("Stopping before the next start …\n");
  interruption.abort();
});

process.exitCode = await runConformance(process.argv.slice(2), {
  loadConfig: () => loadConfig(),
  out: (text) => process.stdout.write(text),
  tell: (text) => process.stderr.write(text),
  ask: process.stdin.isTTY ? ask : undefined,
  interrupted: interruption.signal,
});
