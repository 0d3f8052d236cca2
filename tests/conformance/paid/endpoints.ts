// The endpoints that a walk may call: how each is recognised, its page in docs/upstream, the answers that the page has,
// and the paths that the sdk reads.
import type { GenerationKind, Region } from "@jimeng/sdk";
import { readFixture } from "../answers/fixtures.ts";
import { plannedRequests } from "../read-only/plan.ts";
import { expectedBodies } from "../read-only/run.ts";

/** What an answer is compared with. */
export interface Expectation {
  bodies: readonly unknown[];
  reads: readonly string[];
}

/** What is known of the call when its answer is compared. */
export interface CallFacts {
  region: Region;
  /** The kind of what the step makes. */
  kind: GenerationKind;
  /** The body that was sent; undefined where there was none. */
  sent: unknown;
}

/** One endpoint. */
export interface Endpoint {
  name: string;
  /** The page of docs/upstream about it. */
  page: string;
  path: string;
  /** The action of the hosts of uploads, or the phase of an upload in parts. */
  action?: string;
  /** Whether a call starts, claims or cancels something: it then needs a permit of its step. */
  needsPermit?: boolean;
  /** Whether the answer is about the account. */
  isPersonal: boolean;
  expect(facts: CallFacts): Expectation;
}

const fixed =
  (reads: readonly string[], ...fixtures: string[]): Endpoint["expect"] =>
  () => ({ bodies: fixtures.map(readFixture), reads });

const records: Readonly<Record<GenerationKind, readonly string[]>> = {
  image: [
    "history_done_images",
    "history_done_images_by_submit_id",
    "history_processing_20",
    "history_processing_42",
    "history_processing_45",
    "history_queued",
    "history_cancelled",
    "history_failed_generic",
  ],
  video: ["history_done_video", "history_processing_video", "history_failed_output_review"],
  audio: ["history_done_music", "history_done_images"],
};

const itemReads: Readonly<Record<GenerationKind, readonly string[]>> = {
  image: ["image.large_images", "image.large_images[].image_url"],
  video: ["video.transcoded_video", "video.transcoded_video.origin.video_url", "video.duration_ms"],
  audio: [],
};

function itemsRead(list: string, kind: GenerationKind): string[] {
  const item = `${list}[]`;
  return [`${item}.common_attr.id`, ...itemReads[kind].map((path) => `${item}.${path}`)];
}

function expectRecords({ kind }: CallFacts): Expectation {
  const record = "data.*";
  const fields = ["status", "history_record_id", "submit_id", "item_list"];
  return {
    bodies: records[kind].map(readFixture),
    reads: [
      "ret",
      ...fields.map((field) => `${record}.${field}`),
      ...itemsRead(`${record}.item_list`, kind),
    ],
  };
}

function expectItems({ kind }: CallFacts): Expectation {
  const reads = ["ret", "data.item_list", ...itemsRead("data.item_list", kind)];
  const body = readFixture("local_item_list_hd");
  if (kind === "video") return { bodies: [body], reads };
  // The page has the answer for a video only; it says that the items are those of the record.
  const done = Object.values(readFixture("history_done_images").data);
  const items = done.flatMap((record) => (record as { item_list: unknown[] }).item_list);
  return { bodies: [{ ...body, data: { item_list: items } }], reads };
}

function expectToken({ region, sent }: CallFacts): Expectation {
  const isMedia = typeof sent === "object" && sent !== null && "scene" in sent && sent.scene === 1;
  const image = region === "cn" ? "upload_token_image" : "upload_token_image_international";
  const keys = ["access_key_id", "secret_access_key", "session_token", "space_name"];
  return {
    bodies: [readFixture(isMedia ? "upload_token_video" : image)],
    reads: ["ret", ...keys.map((key) => `data.${key}`)],
  };
}

const started = ["ret", "data.aigc_data", "data.aigc_data.history_record_id"];
const address = "Result.UploadAddress";
const node = "Result.InnerUploadAddress.UploadNodes";
const stored = ["code", "data"];
const mweb = { isPersonal: true } as const;
/** An answer that says nothing but ret 0. */
const emptyAnswer = "submit_audit_job_ok";

const uploads: readonly Endpoint[] = [
  {
    ...mweb,
    name: "upload-token",
    page: "upload-token.md",
    path: "/mweb/v1/get_upload_token",
    expect: expectToken,
  },
  {
    ...mweb,
    name: "apply-image",
    page: "apply-upload.md",
    path: "/",
    action: "ApplyImageUpload",
    expect: fixed(
      [`${address}.SessionKey`, `${address}.StoreInfos[].StoreUri`, `${address}.StoreInfos[].Auth`],
      "imagex_apply_ok",
    ),
  },
  {
    ...mweb,
    name: "commit-image",
    page: "commit-upload.md",
    path: "/",
    action: "CommitImageUpload",
    expect: fixed(["Result.Results[].Uri", "Result.Results[].UriStatus"], "imagex_commit_ok"),
  },
  {
    ...mweb,
    name: "apply-media",
    page: "vod-upload.md",
    path: "/",
    action: "ApplyUploadInner",
    expect: fixed(
      [`${node}[].UploadHost`, `${node}[].SessionKey`, `${node}[].StoreInfos[].StoreUri`],
      "vod_apply_ok",
    ),
  },
  {
    ...mweb,
    name: "commit-media",
    page: "vod-upload.md",
    path: "/",
    action: "CommitUploadInner",
    expect: fixed(["Result.Results[].Vid", "Result.Results[].VideoMeta"], "vod_commit_ok"),
  },
  {
    ...mweb,
    name: "upload-bytes",
    page: "upload-bytes.md",
    path: "/upload/v1/",
    action: "",
    expect: fixed(stored, "upload_binary_ok"),
  },
  {
    ...mweb,
    name: "upload-init",
    page: "multipart-upload.md",
    path: "/upload/v1/",
    action: "init",
    expect: fixed([...stored, "data.uploadid"], "multipart_init_ok"),
  },
  {
    ...mweb,
    name: "upload-part",
    page: "multipart-upload.md",
    path: "/upload/v1/",
    action: "transfer",
    expect: fixed(["code"], "multipart_part_ok"),
  },
  {
    ...mweb,
    name: "upload-finish",
    page: "multipart-upload.md",
    path: "/upload/v1/",
    action: "finish",
    expect: fixed(["code"], "multipart_finish_ok"),
  },
  {
    ...mweb,
    name: "content-check",
    page: "commit-upload.md",
    path: "/mweb/v1/algo_proxy",
    expect: fixed(["ret"], emptyAnswer),
  },
  {
    ...mweb,
    name: "audit-job",
    page: "generate-audit.md",
    path: "/mweb/v1/imagex/submit_audit_job",
    expect: fixed(["ret"], emptyAnswer),
  },
  {
    ...mweb,
    name: "generate-audit",
    page: "generate-audit.md",
    path: "/mweb/v1/execute_generate_audit",
    expect: fixed(
      ["ret", "data.result_list", "data.result_list[].audit_decision"],
      "generate_audit_ok",
    ),
  },
];

const generations: readonly Endpoint[] = [
  {
    ...mweb,
    name: "generate",
    page: "generate.md",
    path: "/mweb/v1/aigc_draft/generate",
    needsPermit: true,
    expect: fixed(started, "generate_ok_image", "generate_ok_blend", "generate_ok_video"),
  },
  {
    ...mweb,
    name: "history",
    page: "history.md",
    path: "/mweb/v1/get_history_by_ids",
    expect: expectRecords,
  },
  {
    ...mweb,
    name: "items",
    page: "history.md",
    path: "/mweb/v1/get_local_item_list",
    expect: expectItems,
  },
  {
    ...mweb,
    name: "queue",
    page: "history.md",
    path: "/mweb/v1/get_history_queue_info",
    expect: fixed(
      ["ret", "data.*.queue_info", "data.*.queue_info.queue_status", "data.*.forecast_cost_time"],
      "history_queue_info",
    ),
  },
  {
    ...mweb,
    name: "cancel",
    page: "history.md",
    path: "/mweb/v1/aigc_draft/cancel_generate",
    needsPermit: true,
    expect: fixed(["ret"], "cancel_generate_ok"),
  },
  {
    ...mweb,
    name: "speech",
    page: "speech.md",
    path: "/mweb/v1/tts_generate",
    needsPermit: true,
    expect: fixed(["ret", "data.data"], "tts_generate_ok"),
  },
  {
    name: "voices",
    page: "speech.md",
    path: "/mweb/v1/feed",
    isPersonal: true,
    expect: fixed(["ret", "data.item_list", "data.item_list[].common_attr.id"], "voices_ok"),
  },
  {
    ...mweb,
    name: "claim",
    page: "receive-credits.md",
    path: "/commerce/v1/benefits/credit_receive",
    needsPermit: true,
    expect: fixed(["ret", "data.receive_quota"], "credit_receive_ok", "credit_receive_already"),
  },
];

const reads: readonly Endpoint[] = plannedRequests.map((request) => {
  const { name, page, path, isPersonal } = request;
  const expectation = { bodies: expectedBodies(request), reads: request.reads };
  return { name, page, path, isPersonal, expect: () => expectation };
});

/** Every endpoint that a walk may call. */
export const endpoints: readonly Endpoint[] = [...reads, ...uploads, ...generations];

/** Finds the endpoint of a call; `prefixes` are the paths that a relay puts before the upstream's own. */
export function findEndpoint(url: URL, prefixes: readonly string[]): Endpoint | undefined {
  const paths = [
    url.pathname,
    ...prefixes
      .filter((each) => url.pathname.startsWith(each))
      .map((each) => url.pathname.slice(each.length)),
  ];
  const action = url.searchParams.get("Action") ?? url.searchParams.get("phase") ?? "";
  return endpoints.find(
    (endpoint) =>
      paths.some((path) =>
        endpoint.path === "/upload/v1/" ? path.startsWith(endpoint.path) : path === endpoint.path,
      ) &&
      (endpoint.action === undefined || endpoint.action === action),
  );
}

/** Returns every body that any endpoint expects, for the names of fields that may stay in a report. */
export function allExpectedBodies(): unknown[] {
  const kinds: readonly GenerationKind[] = ["image", "video", "audio"];
  return (["cn", "us"] as const).flatMap((region) =>
    kinds.flatMap((kind) =>
      endpoints.flatMap((endpoint) => endpoint.expect({ region, kind, sent: undefined }).bodies),
    ),
  );
}
