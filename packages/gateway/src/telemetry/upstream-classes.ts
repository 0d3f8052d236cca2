// Puts the answers of the upstream into the few classes that a metric has.

import type { UpstreamObservation } from "../observer.ts";

const retClasses: Readonly<Record<string, readonly string[]>> = {
  ok: ["0"],
  session: ["1015", "34010105"],
  risk: ["-4", "-6", "1018", "1019", "1021", "4013"],
  rate: ["1", "1057", "2014", "2020", "10020", "121101"],
  concurrency: ["1010", "1310", "5001"],
  credits: ["1006", "5000"],
  content: [
    ...["1063", "2003", "2004", "2005", "2035", "2038", "2039", "2040", "2041", "2042", "2043"],
    ...["2048", "2050"],
  ],
  version: ["3018"],
  busy: ["1014"],
};

const classOfRet = new Map(
  Object.entries(retClasses).flatMap(([name, rets]) => rets.map((ret) => [ret, name] as const)),
);

const firstHttpError = 400;

/**
 * Returns the class of an answer: `ok`, `session`, `risk`, `rate`, `concurrency`, `credits`, `content`, `version`,
 * `busy`, `refused` (another ret), `http_4xx`, `http_5xx`, or `no_answer`.
 */
export function classOf({ status, ret }: Pick<UpstreamObservation, "status" | "ret">): string {
  if (status === null) return "no_answer";
  if (status >= firstHttpError) return status < 500 ? "http_4xx" : "http_5xx";
  return ret === null ? "ok" : (classOfRet.get(ret) ?? "refused");
}
