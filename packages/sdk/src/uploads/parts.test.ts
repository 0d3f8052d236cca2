// Tests large videos in parts: how a file is cut, what is sent, and where it goes on after cuts and refusals.

import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";

import { checksum } from "./bytes.ts";
import { partBytes } from "./options.ts";
import { cutParts, toPartList } from "./parts.ts";
import { openSource } from "./source.ts";
import { failureOf, fixture, fixtureText, scriptedFetch, testClient } from "../testing/client.ts";
import type { Loose, SeenRequest } from "../testing/client.ts";

const megabyte = 1024 * 1024;
const toHex = (bytes: Uint8Array): string => crc32(bytes).toString(16).padStart(8, "0");
const refused = '{"code":4000,"message":"refused","data":{}}';

type Step = "token" | "apply" | "init" | "part" | "finish" | "send" | "commit";

function stepOf({ url }: SeenRequest): Step {
  if (url.pathname.endsWith("get_upload_token")) return "token";
  if (url.pathname.startsWith("/upload/v1/")) {
    const steps: Record<string, Step> = { init: "init", transfer: "part", finish: "finish" };
    return steps[url.searchParams.get("phase") ?? ""] ?? "send";
  }
  return url.searchParams.get("Action")!.startsWith("Apply") ? "apply" : "commit";
}

interface SentPart {
  uploadId: string;
  number: number;
  bytes: Uint8Array;
}

type Override = (step: Step, request: SeenRequest, turn: number) => Answered;
type Answered = Response | Error | string | undefined;

/** Plays the upload host; `override` may answer a request otherwise, told its turn among those of its step. */
function partsUpstream(override: Override = () => undefined, uploadId: unknown = "id-of-apply") {
  const apply = structuredClone(fixture("vod_apply_ok").body);
  apply.Result.InnerUploadAddress.UploadNodes[0].StoreInfos[0].UploadID = uploadId;
  const turns = new Map<Step, number>();
  const parts: SentPart[] = [];
  const lists: string[] = [];
  const fetch = scriptedFetch(async (request) => {
    const step = stepOf(request);
    const turn = (turns.get(step) ?? 0) + 1;
    turns.set(step, turn);
    const other = override(step, request, turn);
    if (other instanceof Error) throw other;
    if (other instanceof Response) return other;
    if (other !== undefined) return new Response(other);
    return new Response(await answer(step, request));
  });
  async function answer(step: Step, { url, headers, init }: SeenRequest): Promise<string> {
    if (step === "token") return fixtureText("upload_token_video");
    if (step === "apply") return JSON.stringify(apply);
    if (step === "init") return fixtureText("multipart_init_ok");
    if (step === "send") return fixtureText("upload_binary_ok");
    if (step === "commit") return fixtureText("vod_commit_ok");
    if (step === "finish") {
      lists.push(await new Response(init.body).text());
      return fixtureText("multipart_finish_ok");
    }
    const bytes = new Uint8Array(await new Response(init.body).arrayBuffer());
    if (headers.get("content-crc32") !== toHex(bytes)) return refused;
    parts.push({
      uploadId: url.searchParams.get("uploadid")!,
      number: Number(url.searchParams.get("part_number")),
      bytes,
    });
    return fixtureText("multipart_part_ok");
  }
  return { fetch, parts, lists, steps: () => fetch.seen.map(stepOf) };
}

const video = new Uint8Array(randomBytes(2 * partBytes + 77));
const videoParts = cutParts(video.length).map(({ start, end }) => video.subarray(start, end));
const videoList = videoParts.map((part, index) => `${index + 1}:${toHex(part)}`).join(",");

function upload(fetch: Parameters<typeof testClient>[0], options: object = {}) {
  return testClient(fetch).uploads.create(new Blob([video]), { kind: "video", ...options });
}

function joined(parts: SentPart[]): Buffer {
  return Buffer.concat(parts.map(({ bytes }) => bytes));
}

describe("the parts of a file", () => {
  test("cover it without gap or overlap, all of 5 MiB but the last", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 210 * megabyte }), (size) => {
        const parts = cutParts(size);
        expect(parts.map(({ number }) => number)).toEqual(parts.map((_, index) => index + 1));
        expect(parts[0]!.start).toBe(0);
        expect(parts.at(-1)!.end).toBe(size);
        for (const [index, { start, end }] of parts.entries()) {
          if (index > 0) expect(start).toBe(parts[index - 1]!.end);
          const length = end - start;
          expect(length).toBeGreaterThan(0);
          if (index < parts.length - 1) expect(length).toBe(partBytes);
          else expect(length).toBeLessThanOrEqual(partBytes);
        }
      }),
    );
  });

  test("have the list of their checksums, numbered from 1", () => {
    expect(toPartList(["0d4a1185", "e8b7be43"])).toBe("1:0d4a1185,2:e8b7be43");
    fc.assert(
      fc.property(fc.array(fc.uint8Array(), { minLength: 1, maxLength: 50 }), (parts) => {
        const list = toPartList(parts.map(toHex)).split(",");
        expect(list).toEqual(parts.map((part, index) => `${index + 1}:${toHex(part)}`));
      }),
    );
  });

  test("are read alike from a file on disk and from memory, in pieces and as a body", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sdk-parts-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const bytes = new Uint8Array(randomBytes(600_000));
    const path = join(folder, "a.mp4");
    await writeFile(path, bytes);
    const sources = [await openSource(path, megabyte), await openSource(bytes, megabyte)];
    const position = fc.integer({ min: 0, max: bytes.length });
    await fc.assert(
      fc.asyncProperty(position, position, async (one, other) => {
        const [start, end] = one < other ? [one, other] : [other, one];
        const expected = bytes.subarray(start, end);
        for (const source of sources) {
          const part = source.part(start, end);
          expect(part.size).toBe(end - start);
          expect(await checksum(part)).toBe(toHex(expected));
          for (const reuse of [true, false]) {
            const body = await new Response(part.body(reuse)).arrayBuffer();
            expect(Buffer.compare(Buffer.from(body), expected)).toBe(0);
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("a large video", () => {
  test("is sent in parts under the id of its address, and committed", async () => {
    const { fetch, steps, parts, lists } = partsUpstream();
    const uploaded = await upload(fetch, { name: "clip.mp4" });
    expect(uploaded).toMatchObject({ videoId: "v0PLACEHOLDERVID000000000000001" });
    expect(steps()).toEqual(["token", "apply", "part", "part", "part", "finish", "commit"]);
    expect(parts.map(({ number, uploadId }) => `${uploadId} ${number}`)).toEqual([
      "id-of-apply 1",
      "id-of-apply 2",
      "id-of-apply 3",
    ]);
    expect(joined(parts).equals(video)).toBe(true);
    expect(lists).toEqual([videoList]);
    const [part, finish] = [fetch.seen[2]!, fetch.seen[5]!];
    expect(Object.fromEntries(part.headers)).toMatchObject({
      authorization: "SpaceKey/dreamina/0/:version:v2:PLACEHOLDER_JWT",
      "content-crc32": toHex(videoParts[0]!),
      "content-type": "application/octet-stream",
    });
    expect(Object.fromEntries(finish.url.searchParams)).toEqual({
      uploadmode: "part",
      phase: "finish",
      uploadid: "id-of-apply",
    });
  });

  test.each([null, "", 7, "with\nbreak", "x".repeat(600)])(
    "is begun with a call of its own where the address names the id %j",
    async (id) => {
      const { fetch, steps, parts } = partsUpstream(undefined, id);
      await upload(fetch);
      expect(steps().slice(0, 4)).toEqual(["token", "apply", "init", "part"]);
      expect(parts[0]!.uploadId).toBe("PLACEHOLDER_UPLOAD_ID");
    },
  );

  test("goes in one piece up to 5 MiB, and so does every sound and picture", async () => {
    const large = new Uint8Array(2 * partBytes);
    const cases: [Uint8Array<ArrayBuffer>, "video" | "audio"][] = [
      [large.subarray(0, partBytes), "video"],
      [large, "audio"],
    ];
    for (const [bytes, kind] of cases) {
      const { fetch, steps } = partsUpstream();
      await testClient(fetch).uploads.create(new Blob([bytes]), { kind: kind as "video" });
      expect(steps()).toEqual(["token", "apply", "send", "commit"]);
    }
  });

  test("of 200 MiB is allowed by default, a larger one is not", async () => {
    const limit = 200 * megabyte;
    const tooLarge = { size: limit + 1 };
    const source = Object.setPrototypeOf(tooLarge, Blob.prototype) as Blob;
    Object.defineProperty(source, "size", { value: limit + 1 });
    const { fetch } = partsUpstream();
    const error = await failureOf(testClient(fetch).uploads.create(source, { kind: "video" }));
    expect(error).toMatchObject({ detail: { reason: "too_large" } });
    expect(error.message).toContain(String(limit));
    expect(fetch.seen).toEqual([]);
  });
});

describe("a large video after a cut", () => {
  test.each<[string, Answered]>([
    ["a reset", new TypeError("fetch failed")],
    ["a 502", new Response("", { status: 502 })],
    ["an unreadable answer", "<html>"],
    ["a wrong checksum", refused],
  ])("sends the same part again under the same id: %s", async (_what, answered) => {
    const { fetch, steps, parts, lists } = partsUpstream((step, _request, turn) =>
      step === "part" && turn === 2 ? answered : undefined,
    );
    await upload(fetch);
    expect(steps()).toEqual(["token", "apply", "part", "part", "part", "part", "finish", "commit"]);
    expect(new Set(parts.map(({ uploadId }) => uploadId))).toEqual(new Set(["id-of-apply"]));
    expect(joined(parts).equals(video)).toBe(true);
    expect(lists).toEqual([videoList]);
  });

  test("may be cut at each of its parts and at its end, and still loses none", async () => {
    const { fetch, parts, lists } = partsUpstream((step, { url }, turn) => {
      const isOdd = turn % 2 === 1;
      return (step === "part" || step === "finish") && isOdd && url.search !== ""
        ? new TypeError("fetch failed")
        : undefined;
    });
    await upload(fetch);
    expect(parts.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(lists).toEqual([videoList]);
  });

  test("begins anew at apply with a new id when its id is refused, once", async () => {
    const { fetch, steps, parts } = partsUpstream((step, { url }) =>
      step === "part" && url.searchParams.get("uploadid") === "id-of-apply" ? refused : undefined,
    );
    await upload(fetch);
    expect(steps()).toEqual([
      ...["token", "apply", "part", "part"],
      ...["token", "apply", "init", "part", "part", "part", "finish", "commit"],
    ]);
    expect(joined(parts).equals(video)).toBe(true);
  });

  test("begins anew when its end is refused, and fails when that is refused again", async () => {
    const { fetch, steps } = partsUpstream((step) => (step === "finish" ? refused : undefined));
    const error = await failureOf(upload(fetch));
    expect(error).toMatchObject({
      code: "upload_failed",
      detail: { reason: "upload_code_4000", charged: "no" },
    });
    expect(steps().filter((step) => step === "apply")).toHaveLength(2);
    expect(steps().filter((step) => step === "finish")).toHaveLength(2);
    expect(steps()).not.toContain("commit");
  });

  test("gives up after a bounded number of calls whatever the host answers", async () => {
    const answers = [
      refused,
      "{}",
      "[]",
      "null",
      '{"code":"2000"}',
      '{"code":2000,"data":null}',
      '{"code":2000,"data":{"uploadid":{}}}',
      "\u0000",
    ];
    const answered = fc.constantFrom<Step>("init", "part", "finish");
    await fc.assert(
      fc.asyncProperty(answered, fc.constantFrom(...answers), async (where, answer) => {
        const { fetch } = partsUpstream((step) => (step === where ? answer : undefined), null);
        const outcome = await upload(fetch).catch((error: unknown) => error as Loose);
        const isTaken = where !== "init" && answer.includes('"code":2000');
        if (isTaken) expect(outcome.videoId).toBeDefined();
        else expect(["upload_failed", "unexpected_response"]).toContain(outcome.code);
        expect(fetch.seen.length).toBeLessThan(20);
      }),
      { numRuns: 30 },
    );
  });

  test("stops at an abort between two parts without another call", async () => {
    const controller = new AbortController();
    const { fetch, steps } = partsUpstream((step, _request, turn) => {
      if (step === "part" && turn === 2) controller.abort();
      return undefined;
    });
    const error = await failureOf(upload(fetch, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "cancelled" });
    expect(steps()).toEqual(["token", "apply", "part", "part"]);
  });
});
