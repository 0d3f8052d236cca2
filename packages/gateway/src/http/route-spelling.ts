// Reads the paths that clients make of a base URL: spellings that can only mean one route are served, the others are
// answered with the nearest route.

// What OpenAI's clients ask for below a base URL that was written without /v1.
const withoutVersion = /^\/(?:images|videos|video|models|files|chat|audio|batches)(?=\/|$)/;

/**
 * Returns the URL as the routes spell it: without double and final slashes, with one `/v1` where it was left out or
 * repeated. Runs before routing, so that scopes and guards see the same path as the route. The query is kept.
 */
export function toRouteUrl(url: string): string {
  const end = url.indexOf("?");
  const path = end === -1 ? url : url.slice(0, end);
  const plain = path
    .replace(/\/{2,}/g, "/")
    .replace(/(?<=.)\/$/, "")
    .replace(/^(?:\/v1){2,}(?=\/|$)/, "/v1");
  const versioned = withoutVersion.test(plain) ? `/v1${plain}` : plain;
  return end === -1 ? versioned : `${versioned}${url.slice(end)}`;
}

/** A method and a path pattern. */
export interface KnownRoute {
  method: string;
  url: string;
}

// Comparing takes the product of both lengths; no route is longer.
const longestPath = 120;
// Two slips of the finger, such as `genration` for `generations`.
const mostSlips = 3;
// Another method at the right path is nearer than two wrong letters.
const otherMethod = 1.5;

/** Returns the route that a caller most likely meant, or undefined; routes of the same method come first. */
export function nearestRoute(
  method: string,
  path: string,
  routes: readonly KnownRoute[],
): KnownRoute | undefined {
  if (path.length > longestPath) return undefined;
  const asked = path.toLowerCase().split("/").filter(Boolean);
  const ranked = routes
    .filter(({ url }) => url !== "*" && url !== "/")
    .map((route) => ({
      route,
      slips:
        Math.min(
          slipsBetween(asked, route.url),
          // One part too many, such as /v1/videos/generations.
          1 + slipsBetween(asked.slice(0, -1), route.url),
        ) + (route.method === method ? 0 : otherMethod),
    }))
    .sort((one, other) => one.slips - other.slips);
  const [best] = ranked;
  return best !== undefined && best.slips < mostSlips + 1 ? best.route : undefined;
}

/** Returns how many letters differ, with or without what a proxy's path or a missing `/v1` puts before. */
function slipsBetween(asked: readonly string[], url: string): number {
  const wanted = url.toLowerCase().split("/").filter(Boolean);
  const short = wanted[0] === "v1" ? wanted.slice(1) : wanted;
  const tails = [asked, asked.slice(-wanted.length), asked.slice(-short.length)];
  return Math.min(
    ...tails.map((tail) => slipsOf(tail, wanted)),
    ...tails.map((tail) => slipsOf(tail, short)),
  );
}

function slipsOf(asked: readonly string[], wanted: readonly string[]): number {
  if (asked.length !== wanted.length || asked.length === 0) return Infinity;
  let slips = 0;
  for (const [index, part] of wanted.entries()) {
    // A parameter of the route takes anything.
    if (part.startsWith(":")) continue;
    const here = distance(asked[index] ?? "", part);
    // Of four letters three that differ are another word.
    if (here > part.length / 2) return Infinity;
    slips += here;
  }
  return slips;
}

/** Returns the edit distance of two words (Levenshtein). */
function distance(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const here = [row];
    for (let column = 1; column <= other.length; column++) {
      const swap = (above[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      here.push(Math.min(swap, (above[column] ?? 0) + 1, (here[column - 1] ?? 0) + 1));
    }
    above = here;
  }
  return above[other.length] ?? 0;
}
