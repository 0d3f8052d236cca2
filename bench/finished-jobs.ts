// Filling a gateway's folder with jobs that ended long ago.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Copies into the database of a stopped gateway so many completed jobs, with one asset each. */
export function fillWithFinishedJobs(dataDir: string, count: number): void {
  const database = new DatabaseSync(join(dataDir, "jimeng.db"));
  const insertJob = database.prepare(`
    INSERT INTO jobs (id, kind, status, request, warnings, account_id, submit_id, operation, progress, result,
      attempts, priority, deadline_at, submitted_at, uncertain_starts, started_at, cancel_requested, cost, version,
      created_at, updated_at, completed_at)
    VALUES (?, 'image', 'completed', ?, '[]', 'bench-0', ?, ?, 100, ?, 0, 0, ?, ?, 0, ?, 0, ?, 5, ?, ?, ?)`);
  const insertAsset = database.prepare(`
    INSERT INTO assets (id, job_id, position, item_id, content_type, width, height, bytes, upstream_url, created_at)
    VALUES (?, ?, 0, ?, 'image/png', 1024, 1024, 1000000, ?, ?)`);
  const insertResponse = database.prepare(
    "INSERT INTO job_responses (job_id, request_hash, answered_at) VALUES (?, ?, ?)",
  );
  const now = Date.now();
  const prompt = "a lighthouse in a storm, seen from the sea, ".repeat(5);
  const url = `https://results.invalid/${"x".repeat(200)}`;
  const request = JSON.stringify({ kind: "image", model: "jimeng-4.0", prompt, count: 1 });
  const operation = (submitId: string) =>
    JSON.stringify({ version: 1, region: "cn", kind: "image", historyId: "1", submitId });
  const result = JSON.stringify([{ kind: "image", itemId: "1", url, width: 1024, height: 1024 }]);
  const cost = JSON.stringify({ estimated: null, charged: null, refunded: null });
  database.exec("BEGIN");
  for (let index = 0; index < count; index++) {
    const id = String(index).padStart(12, "0");
    const jobId = `job_00000000-0000-7000-8000-${id}`;
    const at = now - (count - index) * 1000;
    insertJob.run(
      jobId,
      request,
      `bench-${id}`,
      operation(`bench-${id}`),
      result,
      at + 900_000,
      at,
      at,
      cost,
      at,
      at,
      at,
    );
    insertAsset.run(`asset_${id}`, jobId, id, url, at);
    insertResponse.run(jobId, `bench-${id}`, at);
  }
  database.exec("COMMIT");
  database.close();
}
