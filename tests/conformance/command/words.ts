// The words of `npm run conformance`: reads them, and refuses those that cannot work.
import { parseArgs } from "node:util";
import { defaultMaxCredits } from "../paid/plan.ts";
import { type Part, parts } from "../paid/step.ts";

const defaultWaitMinutes = 30;

/** What the command can be told. */
export const usage = `npm run conformance -- [--live [--account NAME] [--yes]] [--read-only | --only PARTS] [--claim]
                         [--max-credits N] [--wait MINUTES] [--record] [--folder FOLDER] [--json]

  without --live    runs on the simulator
  --live            runs on the site, with an account of JIMENG_SESSIONS or JIMENG_SESSIONS_FILE; asks first
  --account NAME    the account, where several are configured
  --yes             the answer to the question, for programs; needs --max-credits, too, unless --read-only
  --read-only       six reads that cost nothing, and no more
  --only PARTS      parts of the walk, with commas: ${parts.filter((part) => part !== "claim").join(", ")}
  --claim           claims the daily credits, too; never done unless asked
  --max-credits N   starts nothing that could take the walk above N credits; default ${defaultMaxCredits}
  --wait MINUTES    how long one generation is waited for; default ${defaultWaitMinutes}
  --record          writes the answers, redacted, into the folder
  --folder FOLDER   that folder; it must be new or empty
  --json            prints the report as JSON`;

/** Thrown for words that cannot work. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What the command was told. */
export interface Words {
  help: boolean;
  live: boolean;
  readOnly: boolean;
  account: string | undefined;
  yes: boolean;
  chosen: readonly Part[];
  maxCredits: number;
  waitMinutes: number;
  record: boolean;
  folder: string | undefined;
  json: boolean;
}

/** Reads the words. Throws UsageError. */
export function readWords(args: readonly string[]): Words {
  const values = parse(args);
  const { live, yes, record, json, help, account, folder, claim } = values;
  const readOnly = values["read-only"];
  for (const name of ["account", "yes"] as const) {
    if (!live && values[name]) throw new UsageError(`--${name} goes with --live only`);
  }
  for (const name of ["only", "claim", "max-credits", "wait"] as const) {
    if (readOnly && values[name]) {
      throw new UsageError(`--${name} does not go with --read-only`);
    }
  }
  if (yes && !readOnly && values["max-credits"] === undefined) {
    throw new UsageError("--yes needs --max-credits: say what the walk may cost");
  }
  if (folder !== undefined && readOnly && !record) {
    throw new UsageError("--folder goes with --record only");
  }
  if (folder === "") throw new UsageError("--folder needs a name");
  const chosen = readParts(values.only);
  return {
    help,
    live,
    readOnly,
    account,
    yes,
    chosen: claim ? [...chosen, "claim"] : chosen,
    maxCredits: readNumber("max-credits", values["max-credits"]) ?? defaultMaxCredits,
    waitMinutes: readNumber("wait", values.wait) ?? defaultWaitMinutes,
    record,
    folder,
    json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        live: { type: "boolean", default: false },
        "read-only": { type: "boolean", default: false },
        account: { type: "string" },
        yes: { type: "boolean", default: false },
        only: { type: "string" },
        claim: { type: "boolean", default: false },
        "max-credits": { type: "string" },
        wait: { type: "string" },
        record: { type: "boolean", default: false },
        folder: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : "these words cannot be read");
  }
}

function readParts(text: string | undefined): Part[] {
  const known = parts.filter((part) => part !== "claim");
  if (text === undefined) return known;
  const asked = text.split(",").map((name) => name.trim());
  const unknown = asked.find((name) => !known.some((part) => part === name));
  if (unknown !== undefined) {
    throw new UsageError(`--only: there is no part "${unknown}", but ${known.join(", ")}`);
  }
  return known.filter((part) => asked.includes(part));
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`--${name} needs a whole number`);
  return Number(text);
}
