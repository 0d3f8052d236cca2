// An environment of Python with the openai package, made once and kept for the next run.
import { spawnSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The version that the tests are written for. */
export const packageVersion = "3.22.1";

const makeMs = 240_000;

/** Returns the Python of an environment that has the openai package; undefined where none can be had. */
export function findPython(): string | undefined {
  const version = spawnSync("python3", ["--version"], { encoding: "utf8" });
  if (version.status !== 0) return undefined;
  const folder = join(tmpdir(), `jimeng-openai-${packageVersion}-${version.stdout.trim()}`);
  const environment = folder.replaceAll(" ", "-");
  const python = join(environment, "bin", "python");
  if (!existsSync(python) && !make(environment)) return undefined;
  return spawnSync(python, ["-c", "import openai"]).status === 0 ? python : undefined;
}

/** Makes the environment beside its place, so that no other run finds half of one. */
function make(environment: string): boolean {
  const unfinished = `${environment}.${process.pid}`;
  const pip = ["-m", "pip", "install", "--quiet", "--retries", "0", "--timeout", "5"];
  const isMade =
    spawnSync("python3", ["-m", "venv", unfinished]).status === 0 &&
    spawnSync(
      join(unfinished, "bin", "python"),
      [...pip, "--disable-pip-version-check", `openai==${packageVersion}`],
      { timeout: makeMs },
    ).status === 0;
  if (isMade && !existsSync(environment)) renameSync(unfinished, environment);
  else rmSync(unfinished, { recursive: true, force: true });
  return isMade;
}
