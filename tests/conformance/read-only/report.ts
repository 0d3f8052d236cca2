// The words of a free conformance run: what it will send, and what it found.
import type { RegionHosts } from "@jimeng/sdk";
import { plannedRequests } from "./plan.ts";
import type { Finding } from "./run.ts";

const maxPaths = 12;

/** Lists the requests of a run before it is made. */
export function describePlan(hosts: RegionHosts): string {
  const lines = plannedRequests.map(
    ({ host, path, body, what }) =>
      `  POST ${hosts[host]}${path}  ${JSON.stringify(body)}\n       ${what}`,
  );
  return [
    `This run sends ${plannedRequests.length} requests, each once, and no other:`,
    ...lines,
    "None of them costs credits, starts, uploads, claims or changes anything.",
    "",
  ].join("\n");
}

/** Prints what a run found as a table, with what differs below each line. */
export function describeFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ path }) => path.length));
  return findings
    .flatMap(({ path, verdict, details, added, absent }) => [
      `${path.padEnd(width)}  ${verdict}`,
      ...details.map((detail) => `  - ${detail}`),
      ...pathsLine("new fields", withoutInner(added)),
      ...pathsLine("not there, and optional", absent),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

/** Leaves out what lies inside another of the paths. */
function withoutInner(paths: readonly string[]): string[] {
  const isInside = (path: string): boolean =>
    paths.some((other) => path.startsWith(`${other}.`) || path.startsWith(`${other}[`));
  return paths.filter((path) => !isInside(path));
}

function pathsLine(label: string, paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const more = paths.length > maxPaths ? `, and ${paths.length - maxPaths} more` : "";
  return [`    ${label}: ${paths.slice(0, maxPaths).join(", ")}${more}`];
}
