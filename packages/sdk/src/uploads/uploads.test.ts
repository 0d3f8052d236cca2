// Tests uploads from every kind of source, and where they begin again, over scripted answers.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import {
  failureOf,
  fixture,
  fixtureText,
  instantClock,
  scriptedFetch,
  testClient,
} from "../testing/client.ts";
import type { Answer, SeenRequest } from "../testing/client.ts";

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3, 4]);
const pngCrc = "847540f5";

type Step = "token" | "apply" | "send" | "commit" | "check" | "review";

function stepOf({ url }: SeenRequest): Step {
  if (url.pathname.endsWith("get_upload_token")) return "token";
  if (url.pathname.endsWith("algo_proxy")) return "check";
  if (url.pathname.endsWith("submit_audit_job")) return "review";
  if (url.pathname.startsWith("/upload/v1/")) return "send";
  return url.searchParams.get("Action")!.startsWith("Apply") ? "apply" : "commit";
}

/** Plays the upload's five steps; a step may be given other answers, in turn, the last one for ever. */
function uploadUpstream(other: Partial<Record<Step, Answer[]>> = {}, media = false) {
  const usual: Record<Step, string> = {
    token: fixtureText(media ? "upload_token_video" : "upload_token_image"),
    apply: fixtureText(media ? "vod_apply_ok" : "imagex_apply_ok"),
    send: fixtureText("upload_binary_ok"),
    commit: fixtureText(media ? "vod_commit_ok" : "imagex_commit_ok"),
    check: '{"ret":"0","data":{}}',
    review: fixtureText("submit_audit_job_ok"),
  };
  const seen: Record<Step, number> = {
    token: 0,
    apply: 0,
    send: 0,
    commit: 0,
    check: 0,
    review: 0,
  };
  const fetch = scriptedFetch((request) => {
    const step = stepOf(request);
    const answers = other[step] ?? [usual[step]];
    const answer = answers[Math.min(seen[step], answers.length - 1)]!;
    seen[step] += 1;
    if (answer instanceof Error) throw answer;
    return typeof answer === "string" ? new Response(answer) : (answer as Response).clone();
  });
  return { fetch, seen, steps: () => fetch.seen.map(stepOf) };
}

async function sentBytes(request: SeenRequest): Promise<number[]> {
  return [...new Uint8Array(await new Response(request.init.body).arrayBuffer())];
}

describe("uploads.create", () => {
  test("walks through token, apply, bytes and commit", async () => {
    const { fetch, steps } = uploadUpstream();
    const image = await testClient(fetch).uploads.create(png);
    expect(image).toEqual({
      imageUri: "tos-cn-i-tb4s082cfz/00000000000000000000000000000001",
      width: 1024,
      height: 768,
      format: "png",
    });
    expect(steps()).toEqual(["token", "apply", "send", "commit"]);
    const [token, apply, send, commit] = fetch.seen;
    expect(token!.body).toEqual({ scene: 2 });
    expect(apply!.url.origin).toBe("https://imagex.bytedanceapi.com");
    expect(Object.fromEntries(apply!.url.searchParams)).toEqual({
      Action: "ApplyImageUpload",
      Version: "2018-08-01",
      ServiceId: "tb4s082cfz",
      FileSize: "12",
      s: expect.stringMatching(/^[0-9a-z]{10}$/),
    });
    expect(apply!.headers.get("authorization")).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKTP_PLACEHOLDER_ACCESS_KEY_ID\/\d{8}\/cn-north-1\/imagex\//,
    );
    for (const request of [apply, send, commit]) {
      expect(request!.headers.has("cookie")).toBe(false);
      expect(request!.headers.has("sign")).toBe(false);
    }
    expect(send!.url.href).toBe(
      "https://tos-d-x-lf.douyin.com/upload/v1/tos-cn-i-tb4s082cfz/00000000000000000000000000000001",
    );
    expect(Object.fromEntries(send!.headers)).toMatchObject({
      authorization: "SpaceKey/tb4s082cfz/1/:version:v2:PLACEHOLDER_JWT",
      "content-crc32": pngCrc,
      "content-type": "application/octet-stream",
    });
    expect(await sentBytes(send!)).toEqual([...png]);
    expect(commit!.body).toEqual({ SessionKey: "PLACEHOLDER_BASE64_SESSION_KEY" });
    expect(commit!.headers.get("x-amz-content-sha256")).toMatch(/^[0-9a-f]{64}$/);
  });

  test("takes a path, a Blob, a web stream and an async iterable alike", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sdk-upload-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, "a.png");
    await writeFile(path, png);
    const iterable = (async function* () {
      yield png.slice(0, 5);
      yield png.slice(5);
    })();
    for (const source of [path, new Blob([png]), new Blob([png]).stream(), iterable]) {
      const { fetch } = uploadUpstream();
      await testClient(fetch).uploads.create(source);
      expect(fetch.seen[2]!.headers.get("content-crc32")).toBe(pngCrc);
      expect(await sentBytes(fetch.seen[2]!)).toEqual([...png]);
    }
  });

  test("uploads a video and a sound through VOD", async () => {
    const { fetch, steps } = uploadUpstream({}, true);
    const { uploads } = testClient(fetch);
    expect(
      await uploads.create(new Uint8Array([1, 2]), { kind: "video", name: "clip.mp4" }),
    ).toEqual({
      videoId: "v0PLACEHOLDERVID000000000000001",
      width: 720,
      height: 1280,
      durationMs: 8000,
      name: "clip.mp4",
    });
    expect(await uploads.create(new Uint8Array([3]), { kind: "audio" })).toEqual({
      audioId: "v0PLACEHOLDERVID000000000000001",
      durationMs: 8000,
      name: "",
    });
    expect(steps()).toEqual(["token", "apply", "send", "commit", "apply", "send", "commit"]);
    expect(fetch.seen[0]!.body).toEqual({ scene: 1 });
    expect(fetch.seen[1]!.url.host).toBe("vod.bytedanceapi.com");
    expect(fetch.seen[1]!.url.searchParams.get("FileType")).toBe("video");
    expect(fetch.seen[2]!.url.host).toBe("tos-hl-x.snssdk.com");
    expect(fetch.seen[3]!.body).toEqual({
      SessionKey: "PLACEHOLDER_BASE64_SESSION_KEY",
      Functions: [],
    });
  });

  test("keeps a token until five minutes before its end, loaded once for all", async () => {
    const clock = instantClock();
    const { fetch, seen } = uploadUpstream();
    const { uploads } = testClient(fetch, { clock });
    await Promise.all([uploads.create(png), uploads.create(png)]);
    await clock.sleep(54 * 60_000);
    await uploads.create(png);
    expect(seen.token).toBe(1);
    await clock.sleep(60_000);
    await uploads.create(png);
    expect(seen.token).toBe(2);
  });

  test.each<[string, Partial<Record<Step, Answer[]>>, Step]>([
    [
      "CRC mismatch",
      { send: [fixtureText("upload_binary_crc_mismatch"), fixtureText("upload_binary_ok")] },
      "send",
    ],
    [
      "a refused key",
      {
        apply: [
          new Response(fixtureText("imagex_apply_error"), { status: 403 }),
          fixtureText("imagex_apply_ok"),
        ],
      },
      "apply",
    ],
    [
      "UriStatus 2001",
      { commit: [fixtureText("imagex_commit_bad_uristatus"), fixtureText("imagex_commit_ok")] },
      "commit",
    ],
  ])("begins once more with a new token after %s", async (_what, answers, step) => {
    const { fetch, seen } = uploadUpstream(answers);
    await testClient(fetch).uploads.create(png);
    expect(seen.token).toBe(2);
    expect(seen[step]).toBe(2);
  });

  test.each<[string, Partial<Record<Step, Answer[]>>, object]>([
    [
      "CRC mismatch",
      { send: [fixtureText("upload_binary_crc_mismatch")] },
      { reason: "upload_code_4000" },
    ],
    [
      "a refused key",
      { apply: [new Response(fixtureText("imagex_apply_error"), { status: 403 })] },
      { reason: "AccessDenied" },
    ],
    [
      "UriStatus 2001",
      { commit: [fixtureText("imagex_commit_bad_uristatus")] },
      { reason: "uri_status" },
    ],
  ])("gives up after the second time: %s", async (_what, answers, detail) => {
    const { fetch, seen } = uploadUpstream(answers);
    const error = await failureOf(testClient(fetch).uploads.create(png));
    expect(error).toMatchObject({ code: "upload_failed", detail: { ...detail, charged: "no" } });
    expect(seen.token).toBe(2);
  });

  test("sends a checksum that is known, and its own when the site finds that one wrong", async () => {
    const answers = {
      send: [fixtureText("upload_binary_crc_mismatch"), fixtureText("upload_binary_ok")],
    };
    const { fetch } = uploadUpstream(answers);
    await testClient(fetch).uploads.create(png, { crc32: "0badc0de" });
    const sent = fetch.seen.flatMap(({ headers }) => headers.get("content-crc32") ?? []);
    expect(sent).toEqual(["0badc0de", pngCrc]);
  });

  test("repeats a step after a network error without a new token", async () => {
    const { fetch, seen } = uploadUpstream({
      send: [
        new Error("reset"),
        new Response("", { status: 502 }),
        fixtureText("upload_binary_ok"),
      ],
    });
    await testClient(fetch).uploads.create(png);
    expect(seen).toMatchObject({ token: 1, apply: 1, send: 3, commit: 1 });
  });

  test("asks the content check on cn when told to, and explains a refusal", async () => {
    const { fetch, seen } = uploadUpstream({ check: [fixtureText("algo_proxy_face_reject")] });
    const error = await failureOf(testClient(fetch).uploads.create(png, { contentCheck: true }));
    expect(error).toMatchObject({
      code: "content_rejected",
      detail: { stage: "reference", charged: "no" },
    });
    expect(seen.check).toBe(1);
    const audit = uploadUpstream({
      check: [fixtureText("audit_download_failed"), '{"ret":"0","data":{}}'],
    });
    await testClient(audit.fetch).uploads.create(png, { contentCheck: true });
    expect(audit.seen).toMatchObject({ send: 2, check: 2 });
    const broken = uploadUpstream({
      check: [fixtureText("audit_download_failed"), fixtureText("audit_download_failed")],
    });
    await testClient(broken.fetch).uploads.create(png, { contentCheck: true });
    expect(broken.seen).toMatchObject({ send: 2, check: 2 });
    const unreadable = uploadUpstream({ check: ["<html>"] });
    await testClient(unreadable.fetch).uploads.create(png, { contentCheck: true });
    expect(unreadable.seen).toMatchObject({ send: 1 });
    const us = uploadUpstream();
    await testClient(us.fetch, { region: "us" }).uploads.create(png, { contentCheck: true });
    expect(us.seen.check).toBe(0);
  });

  test("tells the site's review of a picture abroad, once and whatever it answers, and not on cn", async () => {
    const answers: Answer[] = [
      fixtureText("submit_audit_job_ok"),
      fixtureText("audit_download_failed"),
      '{"ret":"1015","errmsg":"login error"}',
      "<html>",
      new Response("", { status: 503 }),
      new Response("", { status: 429 }),
      new TypeError("fetch failed"),
    ];
    for (const answer of answers) {
      const { fetch, seen, steps } = uploadUpstream({ review: [answer] });
      const image = await testClient(fetch, { region: "sg" }).uploads.create(png);
      expect(steps()).toEqual(["token", "apply", "send", "commit", "review"]);
      expect(seen.review).toBe(1);
      expect(fetch.seen[4]!.body).toEqual({ uri_list: [image.imageUri] });
    }
    const china = uploadUpstream();
    await testClient(china.fetch).uploads.create(png);
    expect(china.seen.review).toBe(0);
    const media = uploadUpstream({}, true);
    await testClient(media.fetch, { region: "us" }).uploads.create(png, { kind: "audio" });
    expect(media.seen.review).toBe(0);
  });

  test.each([
    ["empty", new Uint8Array()],
    ["not_an_image", new TextEncoder().encode("<html>")],
    ["unreadable", "/no/such/file.png"],
    ["too_large", new Blob([png, new Uint8Array(100)])],
    ["too_large", new Blob([png, new Uint8Array(100)]).stream()],
  ])("refuses a file that is %s before any call", async (reason, source) => {
    const { fetch } = uploadUpstream();
    const error = await failureOf(testClient(fetch).uploads.create(source, { maxBytes: 100 }));
    expect(error).toMatchObject({ code: "reference_unusable", detail: { reason, charged: "no" } });
    expect(fetch.seen).toEqual([]);
  });

  test.each([
    "127.0.0.1:80",
    "10.0.0.1",
    "169.254.169.254",
    "localhost",
    "[::1]",
    "evil.example/x?",
    "user@evil.example",
    "intranet",
    "a.internal",
  ])("sends nothing to the upload host %s", async (host) => {
    const body = structuredClone(fixture("imagex_apply_ok").body);
    body.Result.UploadAddress.UploadHosts = [host];
    const { fetch, seen } = uploadUpstream({ apply: [JSON.stringify(body)] });
    expect(await failureOf(testClient(fetch).uploads.create(png))).toMatchObject({
      code: "unexpected_response",
    });
    expect(seen.send).toBe(0);
  });

  test("sends to the next host where the first does not answer", async () => {
    const body = structuredClone(fixture("imagex_apply_ok").body);
    body.Result.UploadAddress.UploadHosts = ["tos-a.douyin.com", "tos-b.douyin.com"];
    const dead = new TypeError("fetch failed");
    const { fetch } = uploadUpstream({
      apply: [JSON.stringify(body)],
      send: [dead, dead, fixtureText("upload_binary_ok")],
    });
    await testClient(fetch).uploads.create(png);
    const hosts = fetch.seen.filter((request) => stepOf(request) === "send");
    expect(hosts.map(({ url }) => url.host)).toEqual([
      "tos-a.douyin.com",
      "tos-b.douyin.com",
      "tos-a.douyin.com",
    ]);
  });

  test("calls a loopback upload host by http while the region itself is loopback", async () => {
    const body = structuredClone(fixture("imagex_apply_ok").body);
    body.Result.UploadAddress.UploadHosts = ["127.0.0.1:5199"];
    const { fetch } = uploadUpstream({ apply: [JSON.stringify(body)] });
    await testClient(fetch, { baseUrls: { imagex: "http://127.0.0.1:5199" } }).uploads.create(png);
    expect(fetch.seen[2]!.url.origin).toBe("http://127.0.0.1:5199");
  });

  test("stops at a dead session without a second try", async () => {
    const { fetch, seen } = uploadUpstream({ token: [fixtureText("upload_token_login_expired")] });
    expect(await failureOf(testClient(fetch).uploads.create(png))).toMatchObject({
      code: "session_invalid",
    });
    expect(seen).toMatchObject({ token: 1, apply: 0 });
  });

  test("runs three uploads at a time", async () => {
    let running = 0;
    let most = 0;
    const { fetch } = uploadUpstream();
    const slow = async (url: string, init: RequestInit): Promise<Response> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return fetch(url, init);
    };
    const { uploads } = testClient(slow);
    await Promise.all(Array.from({ length: 8 }, () => uploads.create(png)));
    expect(most).toBeLessThanOrEqual(3);
  });
});
