// Tests the two functions for scripts of older clients, and the environment that configures them.

import { afterEach, describe, expect, test, vi } from "vitest";

import * as index from "../index.ts";
import { generateImages, generateVideo } from "./compat.ts";
import { readEnvironment } from "./environment.ts";
import { fakeSession, fixtureText, instantClock, scriptedFetch } from "../testing/client.ts";

describe("the functions with positional arguments", () => {
  test("give the URLs of the model's own number of pictures", async () => {
    const fetch = scriptedFetch(
      fixtureText("generate_ok_image"),
      fixtureText("history_done_images"),
    );
    const urls = await generateImages(
      "jimeng-4.0",
      "一只可爱的猫咪在花园里玩耍",
      { ratio: "1:1", resolution: "2k" },
      fakeSession,
      {
        fetch,
        clock: instantClock(),
      },
    );
    expect(urls).toHaveLength(4);
    expect(urls.every((url) => url.startsWith("https://"))).toBe(true);
  });

  test("give the URL of a video whose size chose the ratio", async () => {
    const fetch = scriptedFetch(
      fixtureText("generate_ok_video"),
      fixtureText("history_done_video"),
      fixtureText("local_item_list_not_found"),
    );
    const url = await generateVideo(
      "jimeng-video-3.0",
      "夕阳下的海滩",
      { width: 1024, height: 1024 },
      `us-${fakeSession}`,
      {
        fetch,
        clock: instantClock(),
      },
    );
    expect(url).toContain("vlabvod.com");
    const draft = JSON.parse(fetch.seen[0]!.body.draft_content);
    expect(
      draft.component_list[0].abilities.gen_video.text_to_video_params.video_aspect_ratio,
    ).toBe("1:1");
    expect(fetch.seen[0]!.url.host).toBe("dreamina-api.us.capcut.com");
  });
});

describe.each([
  ["@jimeng/sdk", index],
  ["@jimeng/sdk/compat", { generateImages, generateVideo }],
])("the functions of %s", (_name, functions) => {
  afterEach(() => vi.unstubAllEnvs());

  test("read the environment of the session's region at each call", async () => {
    // A host that is refused before anything is sent shows which variable was read.
    vi.stubEnv("JIMENG_US_BASE_URL", "http://upstream.example");
    const refused = { code: "invalid_request", detail: { param: "baseUrls.mweb" } };
    await expect(
      functions.generateImages("jimeng-4.0", "cat", {}, `us-${fakeSession}`),
    ).rejects.toMatchObject(refused);
    vi.unstubAllEnvs();
    vi.stubEnv("JIMENG_BASE_URL", "http://upstream.example");
    await expect(
      functions.generateVideo("jimeng-video-3.0", "cat", {}, fakeSession),
    ).rejects.toMatchObject(refused);
  });

  test("send the variables of the environment, unless an option says otherwise", async () => {
    vi.stubEnv("JIMENG_BASE_URL", "http://127.0.0.1:1");
    vi.stubEnv("JIMENG_AID", "7");
    const answers = () =>
      scriptedFetch(fixtureText("generate_ok_image"), fixtureText("history_done_images"));
    const fromEnvironment = answers();
    await functions.generateImages("jimeng-4.0", "cat", {}, fakeSession, {
      fetch: fromEnvironment,
      clock: instantClock(),
    });
    expect(fromEnvironment.seen[0]!.url.origin).toBe("http://127.0.0.1:1");
    expect(fromEnvironment.seen[0]!.url.searchParams.get("aid")).toBe("7");
    const fromOptions = answers();
    await functions.generateImages("jimeng-4.0", "cat", {}, fakeSession, {
      fetch: fromOptions,
      clock: instantClock(),
      baseUrls: { mweb: "http://127.0.0.1:2" },
      aid: 8,
    });
    expect(fromOptions.seen[0]!.url.origin).toBe("http://127.0.0.1:2");
    expect(fromOptions.seen[0]!.url.searchParams.get("aid")).toBe("8");
  });

  test("tell what was not met exactly: to the function that is given, else on the console", async () => {
    const draw = (onWarning?: (warning: { code: string }) => void) =>
      functions.generateImages(
        "jimeng-4.0",
        "cat",
        { count: 4, width: 1000, height: 1000 },
        fakeSession,
        {
          fetch: scriptedFetch(
            fixtureText("generate_ok_image"),
            fixtureText("history_done_images"),
          ),
          clock: instantClock(),
          onWarning,
        },
      );
    const codes: string[] = [];
    await draw(({ code }) => codes.push(code));
    expect(codes.length).toBeGreaterThan(0);
    const printed = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await draw();
    expect(printed.mock.calls.map(([line]) => String(line))).toEqual(
      codes.map((code) => expect.stringMatching(new RegExp(`^jimeng: .+ \\(${code}\\)$`))),
    );
    printed.mockRestore();
  });
});

describe("readEnvironment", () => {
  test("reads the general names and the regional ones", () => {
    const environment = {
      JIMENG_BASE_URL: "http://127.0.0.1:1",
      JIMENG_AID: "513695",
      JIMENG_SG_BASE_URL: "http://127.0.0.1:2",
      JIMENG_SG_IMAGEX_URL: "http://127.0.0.1:3",
      VERSION_CODE: "8.4.1",
      MAX_RETRY_COUNT: "5",
      RETRY_DELAY: " ",
    };
    expect(readEnvironment(environment)).toMatchObject({
      region: "cn",
      baseUrls: { mweb: "http://127.0.0.1:1", imagex: undefined },
      aid: 513695,
      versions: { appVersion: "8.4.1" },
      maxRetryCount: 5,
      retryDelayMs: undefined,
    });
    expect(readEnvironment(environment, "jp")).toMatchObject({
      baseUrls: { mweb: "http://127.0.0.1:2", imagex: "http://127.0.0.1:3" },
      aid: undefined,
    });
  });
});

describe("a variable that nothing reads", () => {
  test.each([
    ["JIMENG_BASE_URLS", "JIMENG_BASE_URL"],
    ["JIMENG_CN_BASEURL", "JIMENG_CN_BASE_URL"],
    ["JIMENG_JP_BASE_URL", "JIMENG_SG_BASE_URL"],
    ["JIMENG_USER_AGNET", "JIMENG_USER_AGENT"],
  ])("%s is named with %s, before anything is sent", async (name, meant) => {
    const refused = { code: "invalid_request", detail: { param: name, fix: `Use ${meant}.` } };
    expect(() => readEnvironment({ [name]: "https://x.example" })).toThrow(
      expect.objectContaining({ detail: expect.objectContaining(refused.detail) }),
    );
    vi.stubEnv(name, "https://x.example");
    await expect(generateImages("jimeng-4.0", "cat", {}, fakeSession)).rejects.toMatchObject(
      refused,
    );
    vi.unstubAllEnvs();
  });

  test("does not count where it is empty, of another region or the gateway's", () => {
    const names = ["JIMENG_URL", "JIMENG_API_KEY", "JIMENG_SESSIONS", "JIMENG_PUBLIC_URL"];
    const others = Object.fromEntries(names.map((name) => [name, "x"]));
    expect(() =>
      readEnvironment({ ...others, JIMENG_BASE_URLS: "", JIMENG_US_AID: "1" }),
    ).not.toThrow();
  });

  test.each(["JIMENG_AID", "JIMENG_CN_AID", "MAX_RETRY_COUNT", "RETRY_DELAY"])(
    "%s must be a number",
    (name) => {
      expect(() => readEnvironment({ [name]: "many" })).toThrow(`${name} is not a number.`);
    },
  );
});
