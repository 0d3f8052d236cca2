// Tests the walk: on the simulator every step goes through and costs what the report says; a changed answer is named; a
// start whose answer is lost is posted once; and nothing personal is written where others may read.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Fetch, Jimeng, type JimengOptions } from "@jimeng/sdk";
import { createSimulator, type Simulator } from "@jimeng/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { measuredCharge } from "../../packages/gateway/src/submission/pricing/measured-charges.ts";
import { endpoints } from "./paid/endpoints.ts";
import { makeFolder } from "./paid/folder.ts";
import { type Files, makeFiles } from "./paid/materials.ts";
import { countCredits, refusalOfPlan } from "./paid/plan.ts";
import { readOpenQuestions } from "./paid/questions.ts";
import { recordAnswers } from "./paid/record.ts";
import { describePlan, describeReport, makeReport, type WalkReport } from "./paid/report.ts";
import { type Part, parts } from "./paid/step.ts";
import { Walk, type Walked, type WalkOptions } from "./paid/walk.ts";

let simulator: Simulator;
let files: Files;
/** A walk through everything, with a claim. */
let whole: Result;
const folders: string[] = [];
let sessions = 0;

beforeAll(async () => {
  simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 20, videoMs: 20, visibleAfterMs: 0, jitter: false },
  });
  files = await makeFiles();
  whole = await walkThrough(parts);
});

afterAll(async () => {
  await simulator?.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A clock on which waiting takes no time to speak of. */
const clock: NonNullable<JimengOptions["clock"]> = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    await sleep(Math.min(milliseconds, 20), undefined, signal === undefined ? {} : { signal });
  },
};

interface Result {
  walk: Walk;
  walked: Walked;
  report: WalkReport;
  folder: string;
  session: string;
  /** The starts that the simulator accepted during the walk. */
  accepted: ReturnType<Simulator["acceptedStarts"]>;
}

/** Walks parts of the simulator with a new account. */
async function walkThrough(
  chosen: readonly Part[],
  options: Partial<WalkOptions> & { session?: string } = {},
): Promise<Result> {
  const { url } = simulator;
  sessions += 1;
  const session = options.session ?? `paidwalk${sessions}session0paidwalk0session`;
  const path = mkdtempSync(join(tmpdir(), "jimeng-walk-"));
  folders.push(path);
  const before = simulator.acceptedStarts().length;
  const walk = new Walk({
    client: {
      session,
      clock,
      baseUrls: { mweb: url, commerce: url, passport: url, imagex: url, vod: url },
    },
    folder: makeFolder(path, (text) => text.includes(session)),
    chosen,
    maxCredits: 150,
    quote: session.startsWith("hk-") ? () => null : measuredCharge,
    interrupted: new AbortController().signal,
    deadlineMs: 60_000,
    pollIntervalMs: 20,
    makeFiles: async () => files,
    tell: () => {},
    ...options,
  });
  // The third picture is the one that is cancelled, however busy the machine is.
  simulator.addFault({ endpoint: "generate", kind: "lasts", generate_ms: 600_000, after: 2 });
  const planned = await walk.prepare();
  const walked = planned === undefined ? await walk.finish() : await walk.run(planned);
  simulator.removeFault();
  const { report } = makeReport(walked, session);
  const accepted = simulator.acceptedStarts().slice(before);
  return { walk, walked, report, folder: path, session, accepted };
}

const verdictsOf = ({ steps }: WalkReport): Record<string, string> =>
  Object.fromEntries(
    steps
      .filter(({ part, isChosen }) => part !== "reads" && isChosen)
      .map(({ step, verdict }) => [step, verdict]),
  );

const stepOf = ({ steps }: WalkReport, name: string) => steps.find(({ step }) => step === name)!;

/** Changes answers between the simulator and the sdk. */
function proxy(change: (path: string, body: any) => unknown): Fetch {
  return async (address, init) => {
    const response = await fetch(address, init);
    const body: unknown = JSON.parse(await response.text());
    return Response.json(change(new URL(address).pathname, body) ?? body, {
      status: response.status,
    });
  };
}

describe("a walk on the simulator", () => {
  test("goes through every step as the pages say", () => {
    expect(whole.report.steps.flatMap(({ differences }) => differences)).toEqual([]);
    const verdicts = verdictsOf(whole.report);
    expect(Object.keys(verdicts)).toHaveLength(28);
    expect(new Set(Object.values(verdicts))).toEqual(new Set(["ok"]));
  });

  test("starts exactly what it reports, and charges what the report says", () => {
    const { accepted, report, walked, folder } = whole;
    const started = walked.starts.filter(({ submitId }) => submitId !== null);
    expect(started.map(({ submitId }) => submitId)).toEqual(
      accepted.map(({ submit_id: submitId }) => submitId),
    );
    const sum = (of: (start: (typeof accepted)[number]) => number) =>
      accepted.reduce((total, start) => total + of(start), 0);
    expect(report.credits).toEqual({
      estimated: 52,
      charged: sum(({ charged }) => charged),
      refunded: sum(({ refunded }) => refunded),
      balanceFell: sum(({ charged, refunded }) => charged - refunded),
    });
    const lines = readFileSync(join(folder, "started.jsonl"), "utf8").trim().split("\n");
    const known = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const { submit_id: submitId, history_id: historyId } of accepted) {
      const own = known.filter((line) => line["submitId"] === submitId);
      expect(own).toMatchObject([{ taken: "unknown" }, { taken: "yes", historyId }]);
    }
  });

  test("calls every endpoint that a walk may call", () => {
    const called = new Set(
      whole.walked.outcomes.flatMap(({ exchanges }) =>
        exchanges.map(({ endpoint }) => endpoint.name),
      ),
    );
    // The first is called abroad, the second where an address names no id for an upload in parts.
    const elsewhere = ["audit-job", "upload-init"];
    const names = endpoints.map(({ name }) => name).filter((name) => !elsewhere.includes(name));
    expect([...called].toSorted()).toEqual(names.toSorted());
  });

  test("saves every result, and reads the head of each", () => {
    const { folder, report } = whole;
    const saved = readdirSync(join(folder, "results")).toSorted();
    expect(saved).toHaveLength(12);
    expect(report.steps.flatMap((step) => step.files).toSorted()).toEqual(
      saved.map((name) => join("results", name)),
    );
    expect(statSync(join(folder, "results", "video-text-1.mp4")).mode & 0o777).toBe(0o600);
    const notes = report.steps.flatMap((step) => step.notes).join("\n");
    expect(notes).toMatch(/image-text-1\.png: image\/png, 2048x2048, \d+ bytes/);
    expect(notes).toMatch(/video-text-1\.mp4: video\/mp4, 1280x720, 5\.0 s/);
    expect(notes).toMatch(/speech\.mp3: audio\/mpeg/);
  });

  test("settles open questions, and says which stay open", () => {
    const { questions } = whole.report;
    const seen = Object.fromEntries(
      questions.filter(({ state }) => state === "settled").map((each) => [each.number, each.seen]),
    );
    expect(seen).toMatchObject({
      16: "keys: 2, by history_ids and submit_ids",
      17: "ret 1000",
      18: "taken at the start; a refund is a row of its own (below 0, then above 0)",
      31: "no",
      48: "16:9 asked, a square given: 960x960",
      52: "66",
      68: "yes: 50 on the first page",
    });
    const open = questions.filter(({ state }) => state === "open").map(({ number }) => number);
    expect(open).toContain(13);
    expect(questions).toHaveLength(readOpenQuestions().length);
    const text = describeReport(whole.report);
    expect(text).toMatch(
      /^# Conformance of cn, \d{4}-\d\d-\d\d\n\nSent with VERSION_CODE 8\.4\.0,/,
    );
    expect(text).toContain("- 17. How are empty lists answered? (history.md): ret 1000");
    expect(text).toContain("- 13. Is `submit_id` a key of idempotency? (generate.md)");
  });

  test("writes nothing personal: no session, id, name, prompt, URL or key of an upload", async () => {
    const { report, walked, session } = whole;
    const written: string[] = [JSON.stringify(report), describeReport(report)];
    const { redactor } = makeReport(walked, session);
    recordAnswers(
      walked.outcomes,
      { writeText: (name, text) => void written.push(name, text) },
      redactor,
    );
    expect(written.length).toBeGreaterThan(150);
    const all = written.join("\n");
    const { url } = simulator;
    const jimeng = new Jimeng({
      session,
      baseUrls: { mweb: url, commerce: url, passport: url, imagex: url, vod: url },
    });
    const { userId, name, avatarUrl } = await jimeng.account.retrieve();
    const { generations } = await jimeng.generations.list({ limit: 50 });
    const ids = generations.flatMap(({ operation, outputs }) => [
      operation.historyId,
      operation.submitId,
      ...outputs.map(({ itemId }) => itemId),
    ]);
    const texts = walked.outcomes.flatMap(({ exchanges }) =>
      exchanges.flatMap(
        ({ body }) => JSON.stringify(body)?.match(/(AKTP|STS2)\w+|SpaceKey[^"]+/g) ?? [],
      ),
    );
    expect(texts.length).toBeGreaterThan(5);
    const secrets = [session, userId, name, avatarUrl, "lighthouse", "127.0.0.1", ...ids, ...texts];
    for (const secret of secrets) {
      expect(secret).not.toBe("");
      expect(all.includes(String(secret)), String(secret)).toBe(false);
    }
  });
});

describe("a walk abroad", () => {
  test("tells the site's review of the picture, counts what nobody measured, and ends at -6", async () => {
    simulator.addFault({ endpoint: "generate", kind: "refuse", ret: "-6" });
    const { report, walked, accepted } = await walkThrough(["uploads", "images"], {
      session: "hk-abroad0session0abroad0session000",
      maxCredits: 500,
    });
    expect(report.region).toBe("hk");
    expect(simulator.requests({ endpoint: "submit_audit_job" })).not.toEqual([]);
    const { price } = walked.outcomes.find(
      ({ planned }) => planned.step.name === "image-text",
    )!.planned;
    expect(price).toEqual({ credits: null, counted: 10 });
    expect(verdictsOf(report)).toMatchObject({
      "upload-picture": "ok",
      "upload-parts": "ok",
      "image-text": "refused",
      "image-reference": "not run",
    });
    expect(accepted).toEqual([]);
    expect(report.questions.find(({ number }) => number === 70)).toMatchObject({
      state: "settled",
      seen: "hk: no, risk_controlled, ret -6",
    });
  });
});

describe("a plan", () => {
  test("lists each start with its credits and the sum, and what nobody measured with a number of its own", () => {
    const planned = whole.walked.outcomes.map((outcome) => outcome.planned);
    expect(countCredits(planned)).toBe(122);
    const context = { account: "mine", region: "cn", maxCredits: 150, folder: "here" } as const;
    const text = describePlan(planned, { ...context, balance: 4321 });
    expect(text).toContain(
      "makes 13 starts with the account mine (cn), each once, for up to 122 credits of your 4321:",
    );
    expect(text).toMatch(/video-text +24 credits {2}\(jimeng-video-seedance-2\.0-mini, 720p, 5 s;/);
    expect(text).toMatch(/cancel +3 credits {2}\(jimeng-5\.0-flash, 2k, 1 picture;/);
    expect(text).toMatch(/music +not measured by anybody, counted as 50/);
    expect(text).toContain("It claims the daily credits.");
  });

  test("is refused above the limit and above the balance, with what to do", () => {
    const planned = whole.walked.outcomes.map((outcome) => outcome.planned);
    const refusal = (balance: number, maxCredits: number) =>
      refusalOfPlan(planned, { balance, maxCredits });
    expect(refusal(122, 122)).toBe(undefined);
    expect(refusal(1000, 121)).toContain("which is above 121: choose fewer parts with --only");
    expect(refusal(121, 150)).toContain("the account has 121: choose fewer parts with --only");
  });
});

describe("planted differences", () => {
  test("are named with their page and path", async () => {
    const { report } = await walkThrough(["uploads", "images", "sound", "history"], {
      send: proxy((path, body) => {
        if (path.endsWith("/user_credit")) delete body.data.credit.gift_credit;
        if (path.endsWith("/get_upload_token")) body.data.region = 7;
        if (path.endsWith("/aigc_draft/generate") && body.data?.aigc_data) {
          body.data.aigc_data.forecast_generate_cost = "33";
        }
        if (path.endsWith("/get_history_by_ids")) {
          for (const record of Object.values<any>(body.data ?? {})) record.submit_id = 12;
        }
        if (path.endsWith("/get_history_queue_info")) {
          for (const place of Object.values<any>(body.data)) delete place.queue_info;
        }
        if (path.endsWith("/get_local_item_list")) body.data = { items: body.data.item_list };
        if (path.endsWith("/execute_generate_audit")) {
          for (const result of body.data.result_list) delete result.audit_decision;
        }
        if (path.endsWith("/feed")) body.data.item_list[0].common_attr.title = 9;
        if (path.includes("/upload/v1/")) body.data = [];
        return body;
      }),
    });
    const named = (step: string) =>
      stepOf(report, step).differences.map(({ page, path, what }) => `${page}: ${path} ${what}`);
    expect(named("credits")).toEqual(["credits.md: data.credit.gift_credit is missing"]);
    expect(named("upload-picture")).toContain("upload-token.md: data.region is number, was text");
    expect(named("upload-picture")).toContain("upload-bytes.md: data is list, was object");
    expect(named("image-text")).toContain(
      "generate.md: data.aigc_data.forecast_generate_cost is text, was number",
    );
    expect(named("image-text")).toContain("history.md: data.*.submit_id is number, was text");
    expect(named("queue")).toEqual(["history.md: data.*.queue_info is missing"]);
    expect(named("items")).toEqual(["history.md: data.item_list is missing"]);
    expect(named("audit")).toEqual([
      "generate-audit.md: data.result_list[].audit_decision is missing",
    ]);
    expect(named("voices")).toEqual([
      "speech.md: data.item_list[].common_attr.title is number or text, was text",
    ]);
    expect(stepOf(report, "audit").verdict).toBe("differs");
    expect(describeReport(report)).toContain(
      "differs from history.md: `data.*.queue_info` is missing",
    );
  });

  test("of results are named, and their bytes are kept", async () => {
    simulator.addFault({ endpoint: "generate", kind: "output_size", width: 640, height: 360 });
    const { report, folder } = await walkThrough(["images"]);
    expect(stepOf(report, "image-text").differences).toEqual([
      { page: "sizes.md", path: "the pixels of a picture", what: "2048x2048 asked, 640x360 came" },
    ]);
    expect(readdirSync(join(folder, "results"))).toContain("image-text-1.png");
  });
});

describe("a start", () => {
  const generates = () => simulator.requests({ endpoint: "generate" }).length;

  test("whose answer is lost is found by its submit id and goes on", async () => {
    simulator.addFault({ endpoint: "generate", kind: "drop_after" });
    const before = generates();
    const { report, accepted } = await walkThrough(["images"]);
    expect(verdictsOf(report)).toEqual({
      "image-text": "ok",
      "image-reference": "ok",
      cancel: "ok",
    });
    expect(stepOf(report, "image-text").notes.join()).toContain("found by its submit id");
    expect(generates() - before).toBe(3);
    expect(accepted).toHaveLength(3);
  });

  test("in doubt is never posted again: the walk says so and goes on", async () => {
    simulator.addFault({ endpoint: "generate", kind: "drop_before" });
    const before = generates();
    const { report, accepted, walked } = await walkThrough(["images"]);
    expect(verdictsOf(report)).toEqual({
      "image-text": "in doubt",
      "image-reference": "ok",
      cancel: "ok",
    });
    expect(generates() - before).toBe(3);
    expect(accepted).toHaveLength(2);
    const { submitId } = walked.starts[0]!;
    const { started } = stepOf(report, "image-text");
    expect(started?.submitId).toBe(`${submitId?.slice(0, 6)}…`);
    expect(describeReport(report)).toContain(`submit id ${started?.submitId}`);
    expect(describeReport(report)).not.toContain(submitId);
  });

  test("that risk control refuses ends the walk", async () => {
    simulator.addFault({ endpoint: "generate", kind: "refuse", ret: "1019" });
    const before = generates();
    const { report, accepted } = await walkThrough(["images", "videos", "history"]);
    const { "image-text": first, ...others } = verdictsOf(report);
    expect(first).toBe("refused");
    expect(stepOf(report, "image-text").why).toBe("risk_controlled, ret 1019");
    expect(new Set(Object.values(others))).toEqual(new Set(["not run"]));
    expect(stepOf(report, "cancel").why).toBe("the site's risk control refused image-text");
    expect(generates() - before).toBe(1);
    expect(accepted).toEqual([]);
  });

  test("that is refused for another reason is told, and the next one is posted", async () => {
    simulator.addFault({ endpoint: "generate", kind: "refuse", ret: "1006" });
    const { report } = await walkThrough(["images", "tools"]);
    expect(verdictsOf(report)).toMatchObject({
      "image-text": "refused",
      "image-reference": "ok",
      hd: "ok",
      "detail-fix": "not run",
    });
    expect(stepOf(report, "detail-fix").why).toBe("it needs what image-text brings");
  });

  test("is not posted when the balance has fallen more than was expected", async () => {
    simulator.addFault({ endpoint: "generate", kind: "charge", credits: 130 });
    const { report, accepted } = await walkThrough(["images", "videos"]);
    expect(verdictsOf(report)).toEqual({
      "image-text": "ok",
      "image-reference": "ok",
      cancel: "ok",
      "video-text": "not run",
      "video-first-frame": "not run",
    });
    expect(stepOf(report, "video-text").why).toBe(
      "130 credits are gone, and 24 more could pass the limit of 150",
    );
    expect(accepted).toHaveLength(3);
    expect(stepOf(report, "image-text").started).toMatchObject({ estimated: 0, charged: 130 });
  });

  test("is the last one when the owner interrupts, and is told", async () => {
    const interruption = new AbortController();
    const { report, accepted, walked } = await walkThrough(["images"], {
      interrupted: interruption.signal,
      send: async (address, init) => {
        const response = await fetch(address, init);
        if (address.includes("/aigc_draft/generate")) interruption.abort();
        return response;
      },
    });
    expect(accepted).toHaveLength(1);
    expect(verdictsOf(report)).toEqual({
      "image-text": "failed",
      "image-reference": "not run",
      cancel: "not run",
    });
    expect(stepOf(report, "image-text").why).toContain("it was started and not waited for");
    expect(walked.starts).toMatchObject([{ taken: "yes", submitId: accepted[0]!.submit_id }]);
  });
});

test("the history part reads videos as videos, of an earlier walk, too", async () => {
  const { session, report } = await walkThrough(["videos", "history"]);
  expect(verdictsOf(report)).toMatchObject({ "video-text": "ok", "by-history-id": "ok" });
  const { report: other, accepted } = await walkThrough(["history"], { session });
  expect(accepted).toEqual([]);
  const { items, ...verdicts } = verdictsOf(other);
  expect(items).toBe("not run");
  expect(new Set(Object.values(verdicts))).toEqual(new Set(["ok"]));
});
