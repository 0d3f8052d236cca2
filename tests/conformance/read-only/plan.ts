// The requests of a free conformance run: reads of one's own account, what each sends, and what the sdk reads of its
// answer. Nothing here costs credits or changes anything at the site.
import type { Jimeng, RegionHosts } from "@jimeng/sdk";

/** One request of the run. */
export interface PlannedRequest {
  name: string;
  /** What it reads, in words. */
  what: string;
  host: keyof RegionHosts;
  path: string;
  /** The page of docs/upstream about it. */
  page: string;
  body: unknown;
  /** Whether the answer is about the account; the lists of models are the same for guests. */
  isPersonal: boolean;
  /** The fixtures of docs/upstream with such an answer. */
  fixtures: readonly string[];
  /** Whether the fixtures are answers by id, whose records this answer has in a list. */
  listsRecords?: boolean;
  /** The paths that the sdk reads and that an answer should have wherever their parent is there. */
  reads: readonly string[];
}

/** One call of the sdk, with the requests that it makes. */
export interface Step {
  requests: readonly PlannedRequest[];
  /** Makes the call; returns, by request, what the sdk could not read. */
  run(jimeng: Jimeng): Promise<ReadonlyMap<string, string>>;
}

const pageSize = 20;
const nothing: ReadonlyMap<string, string> = new Map();

/** The steps of a run, in their order: the session first, since a dead one answers nothing else. */
export const steps: readonly Step[] = [
  {
    requests: [
      {
        name: "account",
        what: "whom the session belongs to",
        host: "passport",
        path: "/passport/account/info/v2",
        page: "account.md",
        body: {},
        isPersonal: true,
        fixtures: ["account_info_ok"],
        reads: ["message", "data", "data.user_id"],
      },
    ],
    async run(jimeng) {
      await jimeng.account.retrieve({ fresh: true });
      return nothing;
    },
  },
  {
    requests: [
      {
        name: "credits",
        what: "balance and membership",
        host: "commerce",
        path: "/commerce/v1/benefits/user_credit",
        page: "credits.md",
        body: {},
        isPersonal: true,
        fixtures: ["user_credit_vip", "user_credit_ok", "user_credit_zero"],
        reads: [
          "ret",
          "data.credit.vip_credit",
          "data.credit.gift_credit",
          "data.credit.purchase_credit",
        ],
      },
    ],
    async run(jimeng) {
      await jimeng.account.permissions();
      return nothing;
    },
  },
  {
    requests: [
      {
        name: "credit-history",
        what: "the last movements of credits",
        host: "commerce",
        path: "/commerce/v1/benefits/user_credit_history",
        page: "credit-history.md",
        body: { count: pageSize, cursor: "0" },
        isPersonal: true,
        fixtures: ["user_credit_history"],
        reads: [
          "ret",
          "data.records",
          "data.has_more",
          "data.records[].amount",
          "data.records[].create_time",
          "data.records[].submit_id",
        ],
      },
    ],
    async run(jimeng) {
      await jimeng.credits.history({ limit: pageSize });
      return nothing;
    },
  },
  {
    requests: [
      {
        name: "image-models",
        what: "the models of pictures with their prices",
        host: "mweb",
        path: "/mweb/v1/get_common_config",
        page: "common-config.md",
        body: {},
        isPersonal: false,
        fixtures: ["common_config_image"],
        reads: ["ret", "data.model_list", "data.model_list[].model_req_key"],
      },
      {
        name: "video-models",
        what: "the models of videos with their prices",
        host: "mweb",
        path: "/mweb/v1/video_generate/get_common_config",
        page: "common-config.md",
        body: { scene: "generate_video", params: { needCache: true } },
        isPersonal: false,
        fixtures: ["common_config_video"],
        reads: [
          "ret",
          "data.model_list",
          "data.model_list[].model_req_key",
          "data.model_list[].options",
        ],
      },
    ],
    async run(jimeng) {
      const lists = await jimeng.models.read();
      return new Map(
        lists
          .filter(({ isComplete }) => !isComplete)
          .map(({ kind, models }) => [
            `${kind}-models`,
            `the sdk could read only ${models.length} models of the list`,
          ]),
      );
    },
  },
  {
    requests: [
      {
        name: "generation-history",
        what: "the first page of what the account made",
        host: "mweb",
        path: "/mweb/v1/get_history",
        page: "history.md",
        body: { count: pageSize, cursor: "" },
        isPersonal: true,
        fixtures: [
          "history_done_images",
          "history_done_video",
          "history_done_music",
          "history_failed_generic",
        ],
        listsRecords: true,
        reads: [
          "ret",
          "data.records_list",
          "data.records_list[].history_record_id",
          "data.records_list[].submit_id",
          "data.records_list[].item_list",
        ],
      },
    ],
    async run(jimeng) {
      await jimeng.generations.list({ limit: pageSize });
      return nothing;
    },
  },
];

/** Every request of a run. */
export const plannedRequests: readonly PlannedRequest[] = steps.flatMap(({ requests }) => requests);
