// Tests the metrics themselves: their names, formats, and the bound on their series.

import { spawnSync } from "node:child_process";

import { afterEach, describe, expect, test } from "vitest";

import type { GatewayDatabase } from "../database/database.ts";
import type { EventObserver } from "../observer.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { createMetrics } from "./metrics.ts";
import type { Metrics } from "./metrics.ts";
import { toExposition } from "./exposition.ts";
import type { MetricSources } from "./sources.ts";

let place: TestDatabase;
let database: GatewayDatabase;
let metrics: Metrics;
afterEach(async () => {
  await metrics.close();
  await database.close();
  await place.remove();
});

let now = 1_700_000_000_000;
let balanceReads: string[] = [];

async function open(changes: Partial<MetricSources> = {}): Promise<Metrics> {
  place = await makeTestDatabase();
  database = await place.open();
  balanceReads = [];
  metrics = createMetrics({
    version: "0.0.0-test",
    mode: "accounts",
    database,
    accounts: {
      list: () => [
        { name: "main", region: "cn", adopted: false, sessionEndsAt: now + 86_400_000 },
        { name: "cn-abcdef", region: "cn", adopted: true },
      ],
      health: () => ({ state: "ok" }),
      inFlight: () => Promise.resolve(new Map([["main", 2]])),
    },
    readBalance(name) {
      balanceReads.push(name);
      return Promise.resolve({ total: 120, expiring: [{ amount: 66, expiresAt: now + 1000 }] });
    },
    freeBytes: () => Promise.resolve(5_000_000),
    now: () => now,
    ...changes,
  });
  return metrics;
}

/** Tells an observer one of everything, with these words in every place that takes one. */
function tellAll(observer: EventObserver, word: string): void {
  const region = "cn";
  const kind = word as "image";
  const model = word;
  observer.httpAnswered({ method: word, route: word, status: 200, durationMs: 5 });
  observer.jobCreated({ kind, model });
  observer.jobStarted({ kind, model, queuedMs: 1 });
  observer.jobEnded({ kind, model, status: "failed", code: word, runMs: 1 });
  observer.jobDelivered({ kind, afterMs: 1 });
  observer.pollingEnded({ kind, polls: 1 });
  observer.startUncertain({ change: "opened" });
  observer.creditsMoved({ account: word, charged: 1, refunded: 1 });
  observer.assetStored({ contentType: word, bytes: 1 });
  observer.taskRan({ kind: word, failed: false, durationMs: 1 });
  const call = { endpoint: word, region, method: "POST", host: word, logid: word } as const;
  observer.upstreamAnswered({ ...call, status: 200, ret: word, durationMs: 1 });
  observer.accountFailed({ account: "main", code: "risk_controlled", ret: word });
  observer.registryChanged({ change: word as "gone", region, model });
  observer.webhookAttempted({ outcome: "delivered", durationMs: 1 });
}

function seriesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

describe("the metrics", () => {
  test("have a bounded number of series, whatever is in their labels", async () => {
    const { observer, scrape } = await open();
    for (let index = 0; index < 1500; index++) tellAll(observer, `word-${index}`);
    const text = await scrape();
    expect(seriesOf(text).length).toBeLessThan(9000);
    expect(text).toContain(
      'jimeng_http_requests_total{method="other",route="other",status="other"}',
    );
    // What is beyond the bound is still counted.
    const counts = seriesOf(text).filter((line) => line.startsWith("jimeng_http_requests_total"));
    const sum = counts.reduce((total, line) => total + Number(line.split(" ").at(-1)), 0);
    expect(sum).toBe(1500);
  });

  test("name accounts of the configuration only, and read their balances at most every five minutes", async () => {
    const { observer, scrape } = await open();
    observer.creditsMoved({ account: "main", charged: 4, refunded: 0 });
    observer.creditsMoved({ account: "cn-abcdef", charged: 3, refunded: 1 });
    await scrape();
    const text = await scrape();
    expect(text).toContain('jimeng_credits_charged_total{account="main"} 4');
    expect(text).toContain('jimeng_credits_charged_total{account="visitors"} 3');
    expect(text).toContain('jimeng_account_credits{account="main"} 120');
    expect(text).toContain('jimeng_account_health{account="main",region="cn",state="ok"} 1');
    expect(text).toContain('jimeng_account_jobs_in_flight{account="main"} 2');
    expect(text).not.toContain("cn-abcdef");
    expect(balanceReads).toEqual(["main"]);
    now += 300_000;
    await scrape();
    expect(balanceReads).toEqual(["main", "main"]);
  });

  test("leave the balance of an account alone that may not be used", async () => {
    const accounts: MetricSources["accounts"] = {
      list: () => [{ name: "main", region: "cn", adopted: false }],
      health: () => ({ state: "blocked" }),
      inFlight: () => Promise.resolve(new Map()),
    };
    const text = await (await open({ accounts })).scrape();
    expect(balanceReads).toEqual([]);
    expect(text).toContain('jimeng_account_health{account="main",region="cn",state="blocked"} 1');
  });

  test("are answered while the database is away, which they tell", async () => {
    const accounts: MetricSources["accounts"] = {
      list: () => [],
      health: () => ({ state: "ok" }),
      inFlight: () => Promise.reject(new Error("away")),
    };
    const text = await (await open({ accounts })).scrape();
    expect(text).toContain("jimeng_database_up 0");
    expect(text).not.toContain("jimeng_queue_jobs{");
  });

  test("have units and prefixes as Prometheus wants them, by promtool where there is one", async () => {
    const { observer, scrape } = await open();
    tellAll(observer, "image");
    const text = await scrape();
    const names = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name = "", type]) => ({
      name,
      type,
    }));
    expect(names.length).toBeGreaterThan(35);
    expect(names.filter(({ name }) => !name.startsWith("jimeng_"))).toEqual([]);
    const counters = names.filter(({ type }) => type === "counter");
    expect(counters.filter(({ name }) => !name.endsWith("_total"))).toEqual([]);
    expect(text).toMatch(/jimeng_job_run_duration_seconds_bucket\{le="3600",kind="image"/);
    const lint = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    // Without promtool the names above are all that is checked.
    if (lint.error === undefined) expect(lint.stderr).toBe("");
  });
});

describe("the formats", () => {
  test("are text by default and OpenMetrics where it is preferred, with the same values", async () => {
    const { observer, scrape } = await open();
    observer.jobCreated({ kind: "image", model: "m" });
    const text = await scrape();
    expect(toExposition(text, undefined).contentType).toContain("text/plain; version=0.0.4");
    expect(toExposition(text, "text/plain, */*").text).toBe(text);
    const prometheus =
      "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1";
    const open_ = toExposition(text, prometheus);
    expect(open_.contentType).toContain("application/openmetrics-text");
    expect(open_.text).toContain("# TYPE jimeng_jobs_created counter\n");
    expect(open_.text).toContain('jimeng_jobs_created_total{kind="image",model="m"} 1\n');
    expect(open_.text.endsWith("\n# EOF\n")).toBe(true);
    expect(open_.text).not.toContain("\n\n");
    expect(toExposition(text, "application/openmetrics-text;q=0.1, text/plain;q=0.9").text).toBe(
      text,
    );
  });
});
