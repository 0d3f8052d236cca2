// Names and describes the metrics that grow with what happens.

import type { Registry } from "@prometheus-io/client";

import { BoundedCounter, BoundedHistogram } from "./series.ts";

// An answer may take a millisecond, or wait for a video for an hour.
const requestBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600,
];
const jobBuckets = [0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600];
const deliveryBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600, 3600];
const taskBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300];
const pollBuckets = [1, 2, 3, 4, 6, 8, 12, 16, 24, 48, 96, 240];

/** Makes counters and histograms whose names begin with `jimeng_`. */
class Definitions {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  counter(name: string, help: string, labels: readonly string[], maxSeries?: number) {
    return new BoundedCounter(this.#registry, { name: `jimeng_${name}`, help, labels, maxSeries });
  }

  histogram(
    name: string,
    help: string,
    { labels, buckets, maxSeries }: HistogramShape,
  ): BoundedHistogram {
    const description = { name: `jimeng_${name}`, help, labels, buckets, maxSeries };
    return new BoundedHistogram(this.#registry, description);
  }
}

interface HistogramShape {
  labels: readonly string[];
  buckets: readonly number[];
  maxSeries?: number | undefined;
}

/** Makes the metrics of HTTP, upstream, tasks and webhooks. */
export function defineCalls(registry: Registry) {
  const define = new Definitions(registry);
  return {
    httpRequests: define.counter(
      "http_requests_total",
      "Answered HTTP requests.",
      ["method", "route", "status"],
      600,
    ),
    httpDurations: define.histogram(
      "http_request_duration_seconds",
      "Time from a request to the end of its answer.",
      { labels: ["route"], buckets: requestBuckets, maxSeries: 120 },
    ),
    upstreamRequests: define.counter(
      "upstream_requests_total",
      "HTTP exchanges with the upstream, by the class of the answer's ret.",
      ["endpoint", "region", "class"],
    ),
    upstreamDurations: define.histogram(
      "upstream_request_duration_seconds",
      "Time of one HTTP exchange with the upstream.",
      { labels: ["endpoint", "region"], buckets: requestBuckets, maxSeries: 60 },
    ),
    tasks: define.counter("task_runs_total", "Runs of background tasks.", ["kind", "result"]),
    taskDurations: define.histogram(
      "task_run_duration_seconds",
      "Time of one run of a background task.",
      { labels: ["kind"], buckets: taskBuckets, maxSeries: 20 },
    ),
    webhooks: define.counter("webhook_attempts_total", "Attempts to deliver webhooks.", [
      "outcome",
    ]),
    webhookDurations: define.histogram(
      "webhook_attempt_duration_seconds",
      "Time of one attempt to deliver a webhook.",
      { labels: [], buckets: requestBuckets },
    ),
  };
}

/** Makes the metrics of jobs, their results, their cost, and accounts. */
export function defineJobs(registry: Registry) {
  const define = new Definitions(registry);
  return {
    created: define.counter("jobs_created_total", "Jobs that were stored.", ["kind", "model"]),
    ended: define.counter("jobs_ended_total", "Jobs that have ended.", ["kind", "model", "status"]),
    failures: define.counter("job_failures_total", "Jobs that ended with an error.", [
      "kind",
      "code",
    ]),
    queueDurations: define.histogram(
      "job_queue_duration_seconds",
      "Time from a job's creation until the upstream accepted it.",
      { labels: ["kind"], buckets: jobBuckets, maxSeries: 20 },
    ),
    runDurations: define.histogram(
      "job_run_duration_seconds",
      "Time from the upstream's acceptance until the job ended, its files stored.",
      { labels: ["kind", "model"], buckets: jobBuckets, maxSeries: 80 },
    ),
    deliveryDurations: define.histogram(
      "job_delivery_duration_seconds",
      "Time from a job's end until the answer of the caller who waited was written.",
      { labels: ["kind"], buckets: deliveryBuckets, maxSeries: 20 },
    ),
    polls: define.histogram(
      "job_polls",
      "Polls that asked for one generation until it had ended.",
      {
        labels: ["kind"],
        buckets: pollBuckets,
        maxSeries: 20,
      },
    ),
    uncertain: define.counter(
      "uncertain_starts_total",
      "Paid calls that failed without a clear outcome (opened), and what became of them.",
      ["change"],
    ),
    charged: define.counter("credits_charged_total", "Credits that jobs were charged.", [
      "account",
    ]),
    refunded: define.counter("credits_refunded_total", "Credits that jobs were refunded.", [
      "account",
    ]),
    accountFailures: define.counter(
      "account_failures_total",
      "Calls of the upstream that failed, by account and error code.",
      ["account", "code"],
    ),
    riskEvents: define.counter(
      "risk_events_total",
      "Refusals by the upstream's risk control, by account and ret.",
      ["account", "ret"],
    ),
    registryChanges: define.counter(
      "model_list_changes_total",
      "Differences between a site's live list of models and the built-in table.",
      ["region", "change"],
    ),
    assets: define.counter("assets_stored_total", "Results' files that were stored.", ["type"]),
    assetBytes: define.counter("asset_bytes_total", "Bytes of results' files that were stored.", [
      "type",
    ]),
  };
}
