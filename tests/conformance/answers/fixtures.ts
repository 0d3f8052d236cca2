// Reads the answers that docs/upstream has as fixtures.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { shapeOf } from "./shapes.ts";

const folder = fileURLToPath(new URL("../../../docs/upstream/fixtures/", import.meta.url));

/** The body of an answer; its data is what most readers look at. */
export interface FixtureBody {
  data: Record<string, unknown>;
}

/** Reads the body of one fixture. */
export function readFixture(name: string): FixtureBody {
  const file = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as {
    body: FixtureBody;
  };
  return file.body;
}

/** Returns the names of all fields of some bodies. */
export function fieldNamesOf(bodies: readonly unknown[]): Set<string> {
  const paths = [...shapeOf(...bodies).keys()];
  return new Set(paths.flatMap((path) => path.split(".")).map((name) => name.replace("[]", "")));
}
