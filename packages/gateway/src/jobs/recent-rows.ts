// Keeps the rows that this process wrote last, so that what was just written is not read again. Only for a database
// that no other process writes to.

import type { JobRecord, StoredAsset } from "./record.ts";

interface RecentRow {
  record: JobRecord;
  /** The job's assets by index; undefined where they must be read. */
  assets: readonly StoredAsset[] | undefined;
}

// Rows of some kilobytes each. Beyond that many jobs under way, the oldest are read from the database again.
const defaultMaxRows = 1000;

/** The rows written last. Every write that does not go through here must forget the row that it changes. */
export class RecentRows {
  readonly #rows = new Map<string, RecentRow>();
  readonly #maxRows: number;

  constructor(maxRows: number = defaultMaxRows) {
    this.#maxRows = maxRows;
  }

  /** Returns a row as it was written last; undefined where it must be read. */
  record(id: string): JobRecord | undefined {
    return this.#rows.get(id)?.record;
  }

  /** Returns the assets of a job; undefined where they must be read. */
  assets(jobId: string): readonly StoredAsset[] | undefined {
    return this.#rows.get(jobId)?.assets;
  }

  /** Notes new rows, which have no assets yet. */
  created(records: readonly JobRecord[]): void {
    for (const record of records) if (!this.#rows.has(record.id)) this.#put({ record, assets: [] });
  }

  /** Notes a changed row. Its assets are those given, or those known before. */
  changed(record: JobRecord, assets?: readonly StoredAsset[]): void {
    const known = this.#rows.get(record.id);
    if (known !== undefined && known.record.version > record.version) return;
    this.#put({ record, assets: assets ?? known?.assets });
  }

  /** Forgets what is known of a job's assets: they were written in a way that must be read. */
  assetsChanged(jobId: string): void {
    const known = this.#rows.get(jobId);
    if (known !== undefined) known.assets = undefined;
  }

  /** Forgets a row: it was changed elsewhere, or nobody knows whether a write of it took effect. */
  forget(id: string): void {
    this.#rows.delete(id);
  }

  #put(row: RecentRow): void {
    const { id } = row.record;
    this.#rows.delete(id);
    this.#rows.set(id, row);
    if (this.#rows.size <= this.#maxRows) return;
    const oldest = this.#rows.keys().next().value;
    if (oldest !== undefined) this.#rows.delete(oldest);
  }
}
