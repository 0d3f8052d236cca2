// The shape of an answer: which paths it has and of what kind, and how two shapes differ.

type Kind = "null" | "boolean" | "number" | "text" | "list" | "object";

/** The kinds that were seen at each path, such as `data.records[].amount`. */
export type Shape = ReadonlyMap<string, ReadonlySet<Kind>>;

/** How an answer differs from what was expected. */
export interface ShapeDifference {
  /** Paths that the sdk reads and that are not there, although their parent is. */
  missing: string[];
  /** Paths whose kind is another one, in words. */
  changed: string[];
  /** Paths that no fixture has. */
  added: string[];
  /** Paths that only the fixtures have; many are optional. */
  absent: string[];
}

/** Returns the shape of several values together. */
export function shapeOf(...values: unknown[]): Shape {
  const shape = new Map<string, Set<Kind>>();
  for (const value of values) walk(value, "", shape);
  return shape;
}

function walk(value: unknown, path: string, shape: Map<string, Set<Kind>>): void {
  const kind = kindOf(value);
  if (path !== "") shape.set(path, (shape.get(path) ?? new Set()).add(kind));
  if (Array.isArray(value)) {
    for (const entry of value) walk(entry, `${path}[]`, shape);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, entry] of Object.entries(value)) {
      const name = isFieldName(key) ? key : "*";
      walk(entry, path === "" ? name : `${path}.${name}`, shape);
    }
  }
}

function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "string") return "text";
  if (typeof value === "boolean" || typeof value === "number") return typeof value as Kind;
  return "object";
}

/** Tells whether a key is the name of a field; ids, sizes and ratios as keys are values. */
export function isFieldName(key: string): boolean {
  return /^[A-Za-z_]\w{0,63}$/.test(key) && !/\d{5}/.test(key);
}

/** Compares an answer with the fixtures; `reads` are the paths that the sdk reads. */
export function compareShapes(
  expected: Shape,
  actual: Shape,
  reads: readonly string[],
): ShapeDifference {
  const has = (path: string): boolean => actual.has(path);
  return {
    missing: reads.filter((path) => !has(path) && parentIsThere(path, actual)),
    changed: [...actual].flatMap(([path, kinds]) => {
      const known = withoutNull(expected.get(path));
      const found = withoutNull(kinds);
      if (known.length === 0 || found.length === 0) return [];
      if (found.every((kind) => known.includes(kind))) return [];
      return [`${path} is ${found.join(" or ")}, was ${known.join(" or ")}`];
    }),
    added: [...actual.keys()].filter((path) => !expected.has(path)),
    absent: [...expected.keys()].filter((path) => !has(path) && parentIsThere(path, actual)),
  };
}

function withoutNull(kinds: ReadonlySet<Kind> | undefined): Kind[] {
  return [...(kinds ?? [])].filter((kind) => kind !== "null").toSorted();
}

/** Tells whether a path's parent is in the shape with something inside; the top counts as there. */
function parentIsThere(path: string, shape: Shape): boolean {
  const parent = path.endsWith("[]") ? path.slice(0, -2) : path.slice(0, path.lastIndexOf("."));
  if (path.lastIndexOf(".") === -1 && !path.endsWith("[]")) return true;
  // An empty list has no entries to compare.
  if (path.endsWith("[]")) return false;
  return shape.get(parent)?.has("object") ?? false;
}
