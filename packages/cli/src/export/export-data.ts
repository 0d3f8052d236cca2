// Writes everything that a caller may see into an export: jobs with their prompts, the files of their results with what
// they were made from, and the ledger.

import { GatewayError } from "@jimeng/gateway/api/client";
import type { GatewayClient, JobObject, LibraryAssetObject, ListPage } from "@jimeng/gateway/api";

import { extensionOf } from "../generation/output-place.ts";
import type { ExportTarget, Source } from "./export-target.ts";

/** What was exported; the text of `export.json`. */
export interface ExportReport {
  object: "export";
  /** Unix seconds. */
  made_at: number;
  jobs: number;
  files: number;
  bytes: number;
  /** The ids of results whose file the gateway does not have. */
  missing: string[];
}

/** How an export is made. */
export interface ExportSettings {
  client: GatewayClient;
  target: ExportTarget;
  /** Leaves the files of the results out. */
  withoutFiles: boolean;
  signal: AbortSignal;
  now: () => number;
  /** Told how many results are done. */
  onProgress: (files: number) => void;
}

const pageSize = 100;

/** Writes the export and returns what is in it. Throws what the gateway or the disk refuse, and the signal's reason. */
export async function exportData(settings: ExportSettings): Promise<ExportReport> {
  const { client, target, signal, now } = settings;
  const report: ExportReport = {
    object: "export",
    made_at: Math.floor(now() / 1000),
    jobs: 0,
    files: 0,
    bytes: 0,
    missing: [],
  };
  await target.write("jobs.jsonl", jobLines(settings, report));
  const ledger = await client.credits.ledgerCsv({ signal });
  await target.write("ledger.csv", ledger.body ?? toSource(""));
  await exportAssets(settings, report);
  await target.write("export.json", toSource(`${JSON.stringify(report, null, 2)}\n`));
  return report;
}

async function* jobLines(
  { client, signal }: ExportSettings,
  report: ExportReport,
): AsyncGenerator<string> {
  const read = (after?: string): Promise<ListPage<JobObject>> =>
    client.jobs.list({ order: "asc", limit: pageSize, after, signal });
  for await (const jobs of pages(read)) {
    report.jobs += jobs.length;
    yield jobs.map((job) => `${JSON.stringify(job)}\n`).join("");
  }
}

async function exportAssets(settings: ExportSettings, report: ExportReport): Promise<void> {
  const { client, signal, onProgress } = settings;
  const read = (after?: string): Promise<ListPage<LibraryAssetObject>> =>
    client.assets.list({ order: "asc", limit: pageSize, after, signal });
  for await (const assets of pages(read)) {
    for (const asset of assets) {
      const bytes = await exportAsset(settings, asset).catch((error: unknown) => {
        if (!(error instanceof GatewayError) || error.code !== "not_found") throw error;
        report.missing.push(asset.id);
      });
      if (bytes === undefined) continue;
      report.files += 1;
      report.bytes += bytes;
      onProgress(report.files);
    }
  }
}

/** Writes a result and, beside it, what it was made from; returns the bytes of its file. */
async function exportAsset(
  { client, target, withoutFiles, signal }: ExportSettings,
  asset: LibraryAssetObject,
): Promise<number> {
  // The id comes from a server: whatever it says, the name stays inside the export.
  const name = `assets/${asset.id.replaceAll(/[^\w-]/g, "_")}`;
  const made = await client.assets.metadata(asset.id, { signal });
  const { starred, tags } = asset;
  await target.write(
    `${name}.json`,
    toSource(`${JSON.stringify({ ...made, starred, tags }, null, 2)}\n`),
  );
  if (withoutFiles) return 0;
  const file = `${name}.${extensionOf(asset.content_type)}`;
  if (await target.has(file, asset.bytes)) return asset.bytes;
  const { body } = await client.assets.download(asset.id, { signal });
  return await target.write(file, body);
}

/** Yields the pages of a list, from its beginning to its end. */
async function* pages<Item>(
  read: (after?: string) => Promise<ListPage<Item>>,
): AsyncGenerator<readonly Item[]> {
  let page = await read();
  for (;;) {
    yield page.data;
    if (!page.has_more || page.last_id === null) return;
    page = await read(page.last_id);
  }
}

async function* toSource(text: string): Source {
  yield await Promise.resolve(text);
}
