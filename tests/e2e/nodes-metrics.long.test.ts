// The metrics of three nodes as operators meet them: a real Prometheus with the committed configuration scrapes them,
// loads every alert, and answers every panel of the dashboard.
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";

import { tellNotRun } from "../not-run.ts";
import { startCluster } from "./cluster.ts";
import type { TestCluster } from "./cluster.ts";
import { fakeSession, getJson, postJson, root, scratchFolder, until } from "./processes.ts";
import type { Process } from "./processes.ts";

const hasPrometheus = spawnSync("prometheus", ["--version"]).status === 0;
if (!hasPrometheus) tellNotRun("a real Prometheus before three nodes", "no prometheus here");

const patienceMs = 180_000;
const day = 86_400;
const issued = Math.floor(Date.now() / 1000);
// A pasted cookie tells when the session ends.
const sessions = `mine=sessionid=${fakeSession}; sid_guard=${fakeSession}|${issued}|${2 * day}`;

interface Configuration {
  global: { scrape_interval: string; evaluation_interval: string };
  scrape_configs: { static_configs: { targets: string[] }[] }[];
}
interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

describe.skipIf(!hasPrometheus)("a Prometheus before three nodes", () => {
  const folder = scratchFolder();
  let cluster: TestCluster;
  let prometheus: ChildProcess;
  let base: string;

  beforeAll(async () => {
    cluster = await startCluster(3, ["--image-seconds", "1", "--video-seconds", "2"], {
      JIMENG_METRICS_PORT: "0",
      JIMENG_SESSIONS: sessions,
    });
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    configure(folder.path, await Promise.all(cluster.nodes.map(targetOf)));
    prometheus = spawn(
      "prometheus",
      [
        `--config.file=${folder.path}/prometheus.yaml`,
        `--storage.tsdb.path=${folder.path}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: "ignore" },
    );
    await until("every node to be scraped", async () => {
      const up = await query("up == 1").catch(() => []);
      return up.length === 3 ? true : undefined;
    });
  }, patienceMs);

  afterAll(async () => {
    prometheus?.kill("SIGTERM");
    if (prometheus !== undefined && prometheus.exitCode === null) await once(prometheus, "exit");
    await cluster?.close();
    folder.remove();
  });

  async function query(expression: string): Promise<Sample[]> {
    const address = `${base}/api/v1/query?query=${encodeURIComponent(expression)}`;
    return (await getJson(address)).data.result as Sample[];
  }

  async function sumOf(metric: string): Promise<number> {
    return Number((await query(`sum(${metric})`))[0]?.value[1] ?? 0);
  }

  /** Waits until the next scrapes bring a sum to this value; it must not pass it. */
  async function reaches(metric: string, expected: number): Promise<void> {
    await until(`${metric} to be ${expected}`, async () => {
      const sum = await sumOf(metric);
      expect(sum).toBeLessThanOrEqual(expected);
      return sum === expected ? true : undefined;
    });
  }

  test(
    "gets data for every panel, and the metrics of all nodes together are what the upstream took",
    async () => {
      const [one, other, third] = cluster.nodes;
      // Somebody waits, somebody does not, one prompt is refused, and risk control says no once.
      await postJson(`${one!.url}/v1/images/generations`, { prompt: "waited for" });
      await cluster.submission(other!, "image", "not waited for");
      await cluster.submission(third!, "video", "a video");
      await cluster.submission(one!, "image", "simulate:2038");
      await cluster.allEnded(one!, 4);
      // A series that is new has no rate yet: the second answer gives it one.
      await postJson(`${one!.url}/v1/images/generations`, { prompt: "waited for again" });
      await postJson(`${cluster.simulator.url}/_simulator/faults`, {
        endpoint: "generate",
        kind: "refuse",
        ret: "1019",
      });
      await cluster.submission(third!, "image", "refused by risk control");
      await cluster.allEnded(one!, 6);

      const starts = (await cluster.acceptedStarts()).length;
      await reaches("jimeng_job_queue_duration_seconds_count", starts);
      await reaches('jimeng_jobs_ended_total{status="completed"}', 4);
      await reaches('jimeng_jobs_ended_total{status="failed"}', 2);
      await reaches("jimeng_jobs_created_total", 6);
      expect(await sumOf("jimeng_risk_events_total")).toBeGreaterThan(0);

      const empty = await until(
        "all panels",
        async () => {
          const without = await panelsWithoutData();
          return without.length === 0 ? without : undefined;
        },
        60_000,
      ).catch(() => panelsWithoutData());
      expect(empty).toEqual([]);
    },
    patienceMs,
  );

  test("loads every alert, and the alert of an account that is stopped fires", async () => {
    const { groups } = (await getJson(`${base}/api/v1/rules`)).data as {
      groups: { rules: { name: string; health: string }[] }[];
    };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(15);
    expect(rules.filter(({ health }) => health === "err")).toEqual([]);
    await until("the alert", async () =>
      (await query('ALERTS{alertname="JimengAccountCoolingDown"}')).length > 0 ? true : undefined,
    );
  });

  /** Lists the panels' queries that give nothing, or nothing but NaN. */
  async function panelsWithoutData(): Promise<string[]> {
    const { panels } = JSON.parse(
      readFileSync(join(root, "deploy/grafana/jimeng.json"), "utf8"),
    ) as { panels: { title: string; targets?: { expr: string }[] }[] };
    const without: string[] = [];
    for (const { title, targets = [] } of panels) {
      for (const { expr } of targets) {
        const samples = await query(
          expr.replaceAll("$__rate_interval", "2m").replaceAll("$instance", ".*"),
        );
        if (samples.every(({ value }) => value[1] === "NaN")) without.push(`${title}: ${expr}`);
      }
    }
    return without;
  }
});

/** Writes the committed configuration with these targets and short intervals. */
function configure(folder: string, targets: string[]): void {
  const source = join(root, "deploy/prometheus");
  cpSync(join(source, "alerts.yaml"), join(folder, "alerts.yaml"));
  const configuration = parse(
    readFileSync(join(source, "prometheus.yaml"), "utf8"),
  ) as Configuration;
  configuration.global = { scrape_interval: "1s", evaluation_interval: "1s" };
  configuration.scrape_configs[0]!.static_configs = [{ targets }];
  writeFileSync(join(folder, "prometheus.yaml"), stringify(configuration));
}

/** Returns the address at which a node serves its metrics, from its log. */
function targetOf(node: Process): Promise<string> {
  return until(
    "the metrics of a node",
    () => /http:\/\/(127\.0\.0\.1:\d+)\/metrics/.exec(node.output())?.[1],
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
