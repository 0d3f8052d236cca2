// The alert rules and the dashboard: every metric that they name exists, every alert has a runbook entry and a unit test,
// and promtool accepts and passes them, where there is one.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { scratchFolder } from "./e2e/processes.ts";
import { tellNotRun } from "./not-run.ts";
import { readFiles, root } from "./source-tree.ts";

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; description: string; runbook_url: string };
}
interface UnitTest {
  name: string;
  promql_expr_test: { expr: string; exp_samples: { value: number }[] }[];
}
interface Panel {
  type: string;
  title: string;
  targets?: { expr: string }[];
}

const folder = join(root, "deploy/prometheus");
const read = (name: string): string => readFileSync(join(root, name), "utf8");
const { groups } = parse(read("deploy/prometheus/alerts.yaml")) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const { tests } = parse(read("deploy/prometheus/alerts.test.yaml")) as { tests: UnitTest[] };
const { panels } = JSON.parse(read("deploy/grafana/jimeng.json")) as { panels: Panel[] };
const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

const scratch = scratchFolder();
afterAll(() => scratch.remove());

const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;
if (!hasPromtool) tellNotRun("promtool over deploy/prometheus", "no promtool here");

/** The names of all metrics, with those of a histogram's parts. */
function metricNames(): Set<string> {
  const sources = readFiles(/\.ts$/, "packages/gateway/src/telemetry").filter(
    ({ path }) => !path.includes(".test."),
  );
  const names = sources.flatMap(({ text }) =>
    [...text.matchAll(/(?:counter|histogram|gauge)\(\s*"(\w+)"|name: "jimeng_(\w+)"/g)].map(
      ([, defined, named]) => `jimeng_${defined ?? named}`,
    ),
  );
  return new Set(names.flatMap((name) => [name, ...parts.map((part) => `${name}_${part}`)]));
}

const parts = ["bucket", "sum", "count"];

function metricsIn(text: string): string[] {
  return text.match(/\bjimeng_[a-z_]+\b/g) ?? [];
}

/** Returns a heading's anchor. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, "")
    .replaceAll(" ", "-");
}

describe("the alerts", () => {
  test("name metrics that exist", () => {
    const names = metricNames();
    expect(names.size).toBeGreaterThan(100);
    const unknown = rules.flatMap(({ expr }) => metricsIn(expr).filter((name) => !names.has(name)));
    expect(unknown).toEqual([]);
  });

  test("name an entry of the runbook, a severity and what happened", () => {
    const headings = [...read("docs/operations.md").matchAll(/^### (.*)$/gm)];
    const anchors = new Set(headings.map(([, heading = ""]) => anchorOf(heading)));
    for (const { alert, labels, annotations } of rules) {
      const [page, anchor = ""] = annotations.runbook_url.split("#");
      expect(page, alert).toBe("docs/operations.md");
      expect(anchors, alert).toContain(anchor);
      expect(["warning", "critical"], alert).toContain(labels.severity);
      expect(annotations.description, alert).not.toBe("");
    }
  });

  test("each have a unit test in which they fire, and one in which they clear", () => {
    expect(tests.map(({ name }) => name).toSorted()).toEqual(
      rules.map(({ alert }) => alert).toSorted(),
    );
    for (const { name, promql_expr_test: steps } of tests) {
      expect(steps.every(({ expr }) => expr.includes(`alertname="${name}"`))).toBe(true);
      expect(
        steps.map((step) => step.exp_samples.length),
        name,
      ).toEqual([1, 0]);
    }
  });

  test.runIf(hasPromtool)("pass promtool's check and its unit tests", () => {
    for (const words of [
      // It checks the rules that the configuration names, too.
      ["check", "config", "prometheus.yaml"],
      ["test", "rules", "alerts.test.yaml"],
    ]) {
      const { status, stdout, stderr } = spawnSync("promtool", words, {
        cwd: folder,
        encoding: "utf8",
      });
      expect(`${status} ${stdout}${stderr}`, words.join(" ")).toMatch(/^0 .*SUCCESS/s);
    }
  });
});

describe("the dashboard", () => {
  test("asks for metrics that exist, and for the four of the founding documents", () => {
    const names = metricNames();
    expect(queries.length).toBeGreaterThan(30);
    expect(queries.flatMap(metricsIn).filter((name) => !names.has(name))).toEqual([]);
    const titles = panels.map(({ title }) => title).join("\n");
    for (const one of ["success rate", "response time", "Completion rate", "Credits spent"])
      expect(titles).toContain(one);
  });

  test.runIf(hasPromtool)(
    "and the pages about operations have queries that Prometheus can read",
    () => {
      const pages = ["docs/operations.md", "docs/operations.zh-CN.md"].flatMap((page) =>
        [...read(page).matchAll(/`([^`]*\b(?:rate|increase)\(jimeng_[^`]*)`/g)].map(
          ([, query = ""]) => query.replaceAll(String.raw`\|`, "|"),
        ),
      );
      expect(pages.length).toBeGreaterThan(8);
      const asked = queries.map((query) =>
        query.replaceAll("$__rate_interval", "1m").replaceAll("$instance", ".*"),
      );
      const file = join(scratch.path, "queries.yaml");
      const rulesOfQueries = [...pages, ...asked].map((expr, at) => ({
        record: `query:${at}`,
        expr,
      }));
      writeFileSync(file, stringify({ groups: [{ name: "queries", rules: rulesOfQueries }] }));
      const { status, stderr } = spawnSync("promtool", ["check", "rules", file], {
        encoding: "utf8",
      });
      expect(`${status} ${stderr}`).toBe("0 ");
    },
  );

  test("and the two pages about operations name no metric that does not exist", () => {
    const names = metricNames();
    for (const page of ["docs/operations.md", "docs/operations.zh-CN.md"]) {
      const found = metricsIn(read(page)).filter((name) => !name.endsWith("_"));
      expect(found.length, page).toBeGreaterThan(40);
      expect(
        found.filter((name) => !names.has(name)),
        page,
      ).toEqual([]);
    }
  });
});
