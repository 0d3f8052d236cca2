// Defines the rows of all tables, in types that SQLite and PostgreSQL share: text ids, Unix milliseconds as bigint, JSON as
// text, booleans as 0 and 1.

import type { GenerationKind, Region } from "@jimeng/sdk";
import type { Generated } from "kysely";

import type { JobStatus } from "../../api/job-words.ts";

/** A durable request for one generation; `jobs/record.ts` says what each column means. */
export interface JobTable {
  id: string;
  kind: GenerationKind;
  status: JobStatus;
  request: string;
  warnings: string;
  account_id: string | null;
  submit_id: string | null;
  operation: string | null;
  forecast: string | null;
  queue: string | null;
  progress: number;
  result: string | null;
  error: string | null;
  attempts: number;
  run_at: number | null;
  priority: number;
  deadline_at: number;
  submitted_at: number | null;
  uncertain_since: number | null;
  resolve_by: number | null;
  uncertain_starts: number;
  started_at: number | null;
  cancel_requested: number;
  key_id: string | null;
  group_id: string | null;
  cost: string;
  logid: string | null;
  version: number;
  created_at: number;
  updated_at: number;
  completed_at: number | null;
  model: string | null;
  retry_of: string | null;
  start_before: number | null;
  cancel_sent_at: number | null;
  continued_count: number | null;
  continued_at: number | null;
  handles_renewed_at: number | null;
  settle_at: number | null;
  settled_at: number | null;
  broken_downloads: number;
  deleted_at: number | null;
  remix_of: string | null;
  url_ttl_seconds: number | null;
  webhook_url: string | null;
  /** The credits that are set aside; null while the price is not known. */
  reserved: number | null;
  charged: number | null;
  refunded: number | null;
  request_id: string | null;
  /** A JSON object of texts. */
  metadata: string | null;
  /** The W3C context of the trace it belongs to; null for a job that is not traced. */
  traceparent: string | null;
}

/** A stored result file. */
export interface AssetTable {
  id: string;
  job_id: string;
  position: number;
  item_id: string;
  content_type: string;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  bytes: number;
  upstream_url: string;
  upstream_expires_at: number | null;
  created_at: number;
  incomplete: number;
  /** A placeholder of some 25 bytes in base64 (ThumbHash); null while there is none. */
  thumbhash: string | null;
  /** The upstream's signed URL of a video's cover; null for other files. */
  cover_url: string | null;
  /** Length of the stored poster of a video; null without one. */
  poster_bytes: number | null;
  /** When the previews are made next, in Unix milliseconds; null once they are made or given up. */
  preview_at: number | null;
  /** How often somebody began to make the previews. */
  preview_attempts: number;
}

/** What the library adds to a stored result; `library/` writes it. */
export interface LibraryColumns {
  /** The job's, copied so that lists need not read jobs; null until `indexed`. */
  kind: GenerationKind | null;
  model: string | null;
  key_id: string | null;
  account_id: string | null;
  prompt: string | null;
  url_ttl_seconds: number | null;
  /** A JSON array; null for none. */
  tags: string | null;
  /** A JSON array of the results that it was made from; null for none that is known. */
  made_from: string | null;
  starred: number;
  trashed_at: number | null;
  /** When the file was deleted for good. The row stays, for its job; while `trashed_at` is set the bytes remain to be removed. */
  deleted_at: number | null;
  /** Creation time in Unix milliseconds times 1024, plus a number that makes it unique; null until `indexed`. */
  sort_key: number | null;
  /** 1 once the columns above and the search index are filled; 0 before. */
  indexed: number;
}

/** A row of `assets` as it is read. */
export type AssetRow = AssetTable & LibraryColumns;

/** A row of `assets` as it is written: the database has defaults for what the library adds. */
type StoredAssetTable = AssetTable & {
  [Column in keyof LibraryColumns]: Generated<LibraryColumns[Column]>;
};

/** An account that its owner stored, or a visitor's (pass-through); its session is encrypted. */
export interface AccountTable {
  id: string;
  region: string;
  fingerprint: string;
  session: string;
  /** When the session was last brought with a request that made a job. */
  created_at: number;
  /** When its owner stored it; null for a visitor's. */
  added_at: number | null;
  /** When its owner last changed it. */
  updated_at: number | null;
  /** When the session ends, where its cookie told. */
  ends_at: number | null;
  /** Whose account it is at the site, where a check told. */
  user_id: string | null;
  /** The address of its own proxy, encrypted: it may hold a password. */
  proxy: string | null;
}

/** A browser that signed in with a key. */
export interface SignInTable {
  /** The SHA-256 of the token in its cookie. */
  token_hash: string;
  /** The key's id; null for this machine's user. */
  key_id: string | null;
  /** The SHA-256 of the key's text; null for a key of the settings. */
  secret_hash: string | null;
  created_at: number;
  expires_at: number;
}

/** Who did what with which key; rows are never changed. */
export interface AuditTable {
  id: string;
  created_at: number;
  action: string;
  outcome: string;
  route: string;
  status: number;
  /** The error's code. */
  code: string | null;
  key_id: string | null;
  address: string | null;
  /** JSON: the ids of what it was done to. */
  subjects: string;
  /** What the request named as its `user`. */
  user_text: string | null;
  request_id: string | null;
  /** How many refusals were left out before it. */
  left_out: number;
}

/** What stopped an account, and what its last check told; also of accounts that settings name. */
export interface AccountStateTable {
  account: string;
  /** JSON of what stopped it; null while it is well. */
  stop: string | null;
  /** Cool-downs since the last accepted start. */
  strikes: number;
  /** JSON of the models that its membership does not include. */
  refused_models: string | null;
  /** JSON of what the last check told. */
  checked: string | null;
  updated_at: number;
}

/** A file that requests may refer to; its bytes are stored under their SHA-256. */
export interface FileTable {
  id: string;
  sha256: string;
  kind: "image" | "video" | "audio" | "text";
  content_type: string;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  bytes: number;
  name: string;
  key_id: string | null;
  purpose: string;
  created_at: number;
  expires_at: number | null;
}

/** A page on which a person gives one file. */
export interface UploadLinkTable {
  id: string;
  /** The SHA-256 of the token in its address. */
  token_hash: string;
  /** The id of the key that the file is kept for; null for this machine's user. */
  key_id: string | null;
  created_at: number;
  expires_at: number;
  /** When an upload began; null while none runs. */
  claimed_at: number | null;
  /** The file that was given. */
  file_id: string | null;
}

/** A file that was uploaded for an account, with the upstream handle that drafts take. */
export interface UploadTable {
  sha256: string;
  account_id: string;
  handle: string;
  created_at: number;
}

/** A daily claim of credits, one row per account and local day; `accounts/claims.ts` writes it. */
export interface ClaimTable {
  account: string;
  day: string;
  amount: number;
  time_zone: string;
  claimed_at: number;
}

/** The lease of a node on the watching of an account; `cluster/leases.ts` writes it (several nodes only). */
export interface PollerTable {
  account: string;
  node: string;
  /** Unix milliseconds by the database's own clock. */
  lease_until: number;
  /** Counts the changes of hands. */
  fence: number;
}

/** The key that a caller gave one request, with its jobs; `jobs/idempotency/keys.ts` writes it. */
export interface IdempotencyKeyTable {
  /** Id of the caller, empty for the local user: a column of a primary key cannot be null. */
  owner: string;
  key: string;
  request_hash: string;
  /** A JSON array. */
  job_ids: string;
  expires_at: number;
}

/** Who waits for the answer about a job, and what became of it; `jobs/idempotency/responses.ts` writes it. */
export interface JobResponseTable {
  job_id: string;
  /** The canonical hash of the request that made the job. */
  request_hash: string;
  /** Name of the caller connection that waits; null when none does. */
  connection: string | null;
  /** When an answer about the job went out, in Unix milliseconds. */
  answered_at: number | null;
  /** When the last connection that waited was lost, in Unix milliseconds. */
  orphaned_at: number | null;
}

/** A running process whose callers wait for jobs; `jobs/idempotency/presence-lease.ts` writes it. */
export interface NodeTable {
  id: string;
  /** Unix milliseconds. */
  alive_until: number;
}

/** When the next page of an account's credit history may be read; `jobs/settlement/page-slots.ts` writes it. */
export interface CreditReadTable {
  account: string;
  /** Unix milliseconds. */
  next_at: number;
}

/** A region's live lists of models; `accounts/live-model-store.ts` writes it. */
export interface LiveModelTable {
  region: Region;
  /** A JSON array of the lists; null before the first read that succeeded. */
  lists: string | null;
  /** A JSON array of the changes since the built-in table that were reported. */
  changes: string;
  read_at: number | null;
  /** When a node last took the right to read, in Unix milliseconds. */
  attempted_at: number;
  failures: number;
}

/** A gateway key that was made here; `keys/key-store.ts` writes it. Revoked ones stay, since jobs name them. */
export interface GatewayKeyTable {
  id: string;
  name: string;
  /** SHA-256 of the key, in hexadecimal digits. */
  hash: string;
  /** That of the key before a rotation. */
  previous_hash: string | null;
  /** When the key before the rotation ends, in Unix milliseconds. */
  previous_until: number | null;
  /** The end of the key, by which its holder recognises it. */
  hint: string;
  /** What the key may do, as JSON. */
  rules: string;
  disabled: number;
  expires_at: number | null;
  created_at: number;
  updated_at: number;
  rotated_at: number | null;
  revoked_at: number | null;
}

/** The credits that the jobs of a key cost or hold, by the day on which the jobs were made; `keys/spend.ts` writes it. */
export interface KeySpendTable {
  key_id: string;
  /** Days since 1970-01-01, UTC. */
  day: number;
  credits: number;
}

/** When the next request of a key would be on time; `keys/request-rate.ts` writes it (several nodes only). */
export interface KeyRateTable {
  key_id: string;
  /** Unix milliseconds. */
  next_at: number;
}

/** One thing that happened; `events/append.ts` and the triggers of 0014 write it. */
export interface EventTable {
  /** The order of the commits; on PostgreSQL null until a reader has given it. */
  position: Generated<number | null>;
  /** Such as `job.completed`. */
  type: string;
  /** The id of what it happened to. */
  subject: string;
  /** The owner of the subject: a key, or null for the local user. */
  key_id: string | null;
  account: string | null;
  created_at: number;
  /** A small JSON object; null without one. */
  data: string | null;
  /** Of rows with the same text only the first is kept. */
  once_key: string | null;
}

/** The position up to which somebody has read the event log; `events/event-log.ts` writes it. */
export interface EventCursorTable {
  name: string;
  position: number;
}

/** Many requests that came in one call; `batches/batch-store.ts` writes it. Credits are fractions, counts are of lines. */
export interface BatchTable {
  id: string;
  key_id: string | null;
  /** Id of the caller, empty for the local user: of two equal keys one must be refused, and null equals nothing. */
  owner: string;
  sees_everything: number;
  status: string;
  endpoint: string;
  input_file_id: string | null;
  completion_window: string | null;
  /** A JSON object. */
  metadata: string | null;
  own_base: string;
  idempotency_key: string | null;
  /** The upload that may add lines: a later one of the same key takes over. */
  upload: string;
  /** The hash of the lines that are stored. */
  content_hash: string;
  /** The number of the last line that is stored. */
  received_lines: number;
  max_credits: number | null;
  confirmed: number;
  estimated_credits: number;
  unpriced_lines: number;
  committed_credits: number;
  lines_total: number;
  lines_open: number;
  lines_completed: number;
  lines_failed: number;
  lines_cancelled: number;
  /** Why no line becomes a job now, a JSON object. */
  waiting: string | null;
  run_at: number | null;
  answered_at: number | null;
  created_at: number;
  started_at: number | null;
  cancelling_at: number | null;
  ended_at: number | null;
}

/** One request of a batch, as it came. */
export interface BatchLineTable {
  batch_id: string;
  number: number;
  content: string;
  custom_id: string | null;
  state: string;
  state_at: number;
  /** A JSON array. */
  job_ids: string | null;
  credits: number | null;
  /** A JSON error record. */
  error: string | null;
}

/** An endpoint that is told of events; `webhooks/webhook-store.ts` writes it. */
export interface WebhookTable {
  id: string;
  url: string;
  /** A JSON array. */
  events: string;
  description: string;
  disabled: number;
  disabled_reason: string | null;
  secret: string;
  previous_secret: string | null;
  previous_until: number | null;
  from_position: number;
  failing_since: number | null;
  created_at: number;
  updated_at: number;
}

/** A message to an endpoint, or to the address that a request named; `webhooks/delivery-store.ts` writes it. */
export interface WebhookDeliveryTable {
  id: string;
  target: string;
  webhook_id: string | null;
  url: string | null;
  position: number;
  type: string;
  subject: string;
  key_id: string | null;
  account: string | null;
  event_at: number;
  data: string | null;
  status: "pending" | "delivered" | "failed";
  attempts: number;
  next_at: number | null;
  response_status: number | null;
  response_body: string | null;
  error: string | null;
  duration_ms: number | null;
  created_at: number;
  ended_at: number | null;
}

/** All tables by name. */
export interface Schema {
  jobs: JobTable;
  assets: StoredAssetTable;
  accounts: AccountTable;
  account_states: AccountStateTable;
  audit: AuditTable;
  sign_ins: SignInTable;
  claims: ClaimTable;
  files: FileTable;
  uploads: UploadTable;
  upload_links: UploadLinkTable;
  pollers: PollerTable;
  idempotency_keys: IdempotencyKeyTable;
  job_responses: JobResponseTable;
  nodes: NodeTable;
  credit_reads: CreditReadTable;
  live_models: LiveModelTable;
  gateway_keys: GatewayKeyTable;
  key_spend: KeySpendTable;
  key_rates: KeyRateTable;
  events: EventTable;
  event_cursors: EventCursorTable;
  batches: BatchTable;
  batch_lines: BatchLineTable;
  webhooks: WebhookTable;
  webhook_deliveries: WebhookDeliveryTable;
}
