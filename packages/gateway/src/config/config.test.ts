// Tests what the settings accept, default to and refuse.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { loadConfig } from "./config.ts";
import { foreignSettings } from "./secret-files.ts";
import { settings } from "./settings.ts";

function refusal(env: Record<string, string>): JimengError {
  try {
    loadConfig(env);
  } catch (error) {
    if (JimengError.isInstance(error)) return error;
    throw error;
  }
  throw new Error("The settings were accepted.");
}

describe("settings", () => {
  it("have the documented defaults", () => {
    const config = loadConfig({ HOME: "/home/someone" });
    expect(config).toMatchObject({
      host: "127.0.0.1",
      port: 5100,
      mode: "accounts",
      sessions: [],
      apiKeys: [],
      passthrough: false,
      simulate: false,
      secretKey: null,
      previousSecretKey: null,
      logLevel: "info",
      publicUrl: null,
      maxPromptLength: undefined,
      databaseUrl: null,
      jobs: {
        pollIntervalMs: 1000,
        maxPollCount: 900,
        videoDeadlineSeconds: 86_400,
        maxRetryCount: 3,
        retryDelayMs: 5000,
        settleSeconds: 60,
        onDoubt: "resubmit",
      },
    });
    expect(config.upstream.versions).toEqual({
      platformCode: "7",
      appVersion: "8.4.0",
      webVersion: "7.5.0",
      draftVersion: "3.3.28",
      aigcFeatures: "app_lip_sync",
    });
  });

  it("are exactly those of the table that people read", () => {
    const read = new Set<string>();
    const env = new Proxy<Record<string, string>>(
      {},
      {
        get: (_, name) => {
          read.add(String(name));
          return undefined;
        },
      },
    );
    loadConfig(env);
    const platform = ["HOME", "USERPROFILE", "XDG_DATA_HOME", "LOCALAPPDATA"];
    const replaced = ["JIMENG_CHECK_REFERENCES", "JIMENG_MAX_UPLOAD_MB"];
    const spellings = ["https_proxy", "no_proxy", ...replaced];
    const known = [...read].filter(
      (name) => ![...platform, ...foreignSettings, ...spellings].includes(name),
    );
    expect(known.sort()).toEqual(settings.map(({ name }) => name).sort());
  });

  it("show in the table the defaults that are in force", () => {
    const shown = Object.fromEntries(settings.map((setting) => [setting.name, setting.default.en]));
    const config = loadConfig({});
    expect(shown).toMatchObject({
      PORT: String(config.port),
      HOST: config.host,
      JIMENG_ON_DOUBT: config.jobs.onDoubt,
      JIMENG_SETTLE_SECONDS: String(config.jobs.settleSeconds),
      JIMENG_VIDEO_DEADLINE_SECONDS: String(config.jobs.videoDeadlineSeconds),
      POLL_INTERVAL: String(config.jobs.pollIntervalMs),
      MAX_POLL_COUNT: String(config.jobs.maxPollCount),
      MAX_RETRY_COUNT: String(config.jobs.maxRetryCount),
      RETRY_DELAY: String(config.jobs.retryDelayMs),
      LOG_LEVEL: config.logLevel,
      VERSION_CODE: config.upstream.versions.appVersion,
      DA_VERSION: config.upstream.versions.draftVersion,
    });
  });

  it("take a ceiling of credits, and none by default", () => {
    expect(loadConfig({}).maxCreditsPerJob).toBeNull();
    expect(loadConfig({ JIMENG_MAX_CREDITS_PER_JOB: "0" }).maxCreditsPerJob).toBe(0);
    expect(refusal({ JIMENG_MAX_CREDITS_PER_JOB: "-1" }).detail.param).toBe(
      "JIMENG_MAX_CREDITS_PER_JOB",
    );
  });

  it("take an empty value for an absent one", () => {
    expect(loadConfig({ PORT: "", JIMENG_API_KEYS: " ", JIMENG_PASSTHROUGH: "" })).toMatchObject({
      port: 5100,
      apiKeys: [],
      passthrough: false,
    });
  });

  it.each([
    ["PORT", "abc"],
    ["PORT", "70000"],
    ["PORT", "1.5"],
    ["JIMENG_PASSTHROUGH", "maybe"],
    ["JIMENG_ON_DOUBT", "panic"],
    ["LOG_LEVEL", "loud"],
    ["POLL_INTERVAL", "1"],
    ["JIMENG_SECRET_KEY", "short"],
    ["JIMENG_PUBLIC_URL", "ftp://example.com"],
    ["JIMENG_ALLOWED_ORIGINS", "https://*.example.com"],
    ["JIMENG_ALLOWED_HOSTS", "example.com:80"],
    ["JIMENG_CN_BASE_URL", "http://example.com"],
    ["JIMENG_SG_VOD_URL", "nonsense"],
    ["JIMENG_AID", "x"],
    ["JIMENG_API_KEYS", "has space"],
    ["JIMENG_SESSIONS_FILE", "no-such-file"],
  ])("stop the start when %s is %s, in one line that names it and not its value", (name, value) => {
    const error = refusal({ [name]: value });
    expect(error.code).toBe("invalid_request");
    expect(error.detail.param).toBe(name);
    expect(error.message).toContain(name);
    expect(error.message).not.toContain("\n");
    if (name === "JIMENG_SECRET_KEY") expect(error.message).not.toContain(value);
  });

  it("refuse a foreign address without keys", () => {
    expect(refusal({ HOST: "0.0.0.0" }).detail.param).toBe("HOST");
    expect(loadConfig({ HOST: "0.0.0.0", JIMENG_API_KEYS: "obviously-fake-long-key" }).host).toBe(
      "0.0.0.0",
    );
    expect(loadConfig({ HOST: "0.0.0.0", JIMENG_PASSTHROUGH: "true" }).mode).toBe("pass-through");
    expect(loadConfig({ HOST: "0.0.0.0", JIMENG_REQUIRE_KEY: "true" }).requireKey).toBe(true);
    expect(loadConfig({ HOST: "::1" }).host).toBe("::1");
  });

  it("refuse keys together with pass-through", () => {
    const error = refusal({ JIMENG_API_KEYS: "obviously-fake", JIMENG_PASSTHROUGH: "1" });
    expect(error.detail.param).toBe("JIMENG_PASSTHROUGH");
  });

  it("let the composing command replace address, folder and upstream", () => {
    const config = loadConfig(
      { PORT: "1", JIMENG_SESSIONS: "obviously-fake-real-one" },
      {
        port: 0,
        host: "localhost",
        dataDir: "/data",
        simulator: { url: "http://127.0.0.1:5200/", session: "obviously-fake" },
      },
    );
    expect(config).toMatchObject({
      port: 0,
      host: "localhost",
      dataDir: "/data",
      mode: "simulator",
    });
    expect(config.sessions).toEqual([
      { name: "simulator", region: "cn", session: "obviously-fake" },
    ]);
    for (const region of Object.values(config.upstream.regions)) {
      expect(region.loopback).toBe(true);
      expect(new Set(Object.values(region.baseUrls))).toEqual(new Set(["http://127.0.0.1:5200"]));
      expect(Object.keys(region.baseUrls).sort()).toEqual([
        "commerce",
        "imagex",
        "mweb",
        "passport",
        "vod",
      ]);
    }
  });

  it("choose the platform's data folder, never the working directory", () => {
    expect(loadConfig({ XDG_DATA_HOME: "/data", HOME: "/home/a" }).dataDir).toBe("/data/jimeng");
    expect(loadConfig({ HOME: "/home/a" }).dataDir).toMatch(/^\/home\/a\/.+jimeng$/);
  });
});

describe("a sessions file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "jimeng-config-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(text: string): string {
    const path = join(folder, "sessions");
    writeFileSync(path, text);
    return path;
  }

  it("adds its accounts to those of the environment", () => {
    const file = write(
      "# mine\nwork=us-obviously-fake-1\n\nobviously-fake-2, sg-obviously-fake-3 # two\n",
    );
    const config = loadConfig({ JIMENG_SESSIONS: "obviously-fake-0", JIMENG_SESSIONS_FILE: file });
    expect(config.sessions).toEqual([
      { name: null, region: "cn", session: "obviously-fake-0" },
      { name: "work", region: "us", session: "obviously-fake-1" },
      { name: null, region: "cn", session: "obviously-fake-2" },
      { name: null, region: "sg", session: "obviously-fake-3" },
    ]);
  });

  it("may not use a name of the environment again", () => {
    const file = write("a=obviously-fake-1");
    const error = refusal({ JIMENG_SESSIONS: "a=obviously-fake-2", JIMENG_SESSIONS_FILE: file });
    expect(error.detail.param).toBe("JIMENG_SESSIONS_FILE");
    expect(error.message).not.toContain("obviously-fake");
  });

  it("may hold a secret setting instead, but not both", () => {
    const secret = "obviously-fake-secret-key";
    const file = write(`${secret}\n`);
    expect(loadConfig({ JIMENG_SECRET_KEY_FILE: file }).secretKey).toBe(secret);
    expect(loadConfig({ JIMENG_API_KEYS_FILE: file }).apiKeys).toMatchObject([{ key: secret }]);
    const error = refusal({ JIMENG_SECRET_KEY: secret, JIMENG_SECRET_KEY_FILE: file });
    expect(error.detail.param).toBe("JIMENG_SECRET_KEY_FILE");
    expect(error.message).not.toContain(secret);
    const missing = refusal({ JIMENG_API_KEYS_FILE: join(folder, "none") });
    expect(missing.detail.param).toBe("JIMENG_API_KEYS_FILE");
    expect(missing.message).toContain("cannot be read (there is no such file)");
  });
});

describe("a setting that another one replaced", () => {
  it.each(["true", "false"])(
    "JIMENG_CHECK_REFERENCES=%s stops the start and names the new one",
    (value) => {
      expect(() => loadConfig({ JIMENG_CHECK_REFERENCES: value })).toThrow(
        /^JIMENG_CHECK_REFERENCES was replaced by JIMENG_PREFLIGHT: .*always/,
      );
      expect(loadConfig({}).jobs.preflight).toBe("auto");
      expect(loadConfig({ JIMENG_PREFLIGHT: "off" }).jobs.preflight).toBe("off");
      expect(() => loadConfig({ JIMENG_PREFLIGHT: "true" })).toThrow(/^JIMENG_PREFLIGHT /);
    },
  );

  it("JIMENG_MAX_UPLOAD_MB stops the start and names the limits of the kinds", () => {
    expect(() => loadConfig({ JIMENG_MAX_UPLOAD_MB: "50" })).toThrow(
      /^JIMENG_MAX_UPLOAD_MB was replaced .*JIMENG_MAX_IMAGE_UPLOAD_MB, JIMENG_MAX_VIDEO_UPLOAD_MB and JIMENG_MAX_AUDIO_UPLOAD_MB/,
    );
    expect(loadConfig({}).uploadMegabytes).toEqual({ image: 30, video: 200, audio: 15 });
    const { uploadMegabytes } = loadConfig({
      JIMENG_MAX_IMAGE_UPLOAD_MB: "1",
      JIMENG_MAX_VIDEO_UPLOAD_MB: "2",
      JIMENG_MAX_AUDIO_UPLOAD_MB: "3",
    });
    expect(uploadMegabytes).toEqual({ image: 1, video: 2, audio: 3 });
  });
});

describe("keys on an address that others reach", () => {
  it.each(["a", "key=a", "obviously-fake-long-key,short", "1234567890123456789"])(
    "%s: a short one stops the start and is not repeated",
    (keys) => {
      for (const HOST of ["0.0.0.0", "192.0.2.1", "::"]) {
        expect(() => loadConfig({ HOST, JIMENG_API_KEYS: keys })).toThrow(
          /^JIMENG_API_KEYS has a key \(number \d\) that is too short for a HOST that others reach: use at least 20 characters\.$/,
        );
      }
      expect(loadConfig({ HOST: "127.0.0.1", JIMENG_API_KEYS: keys }).apiKeys).not.toEqual([]);
    },
  );

  it("a long one is taken", () => {
    const config = loadConfig({ HOST: "0.0.0.0", JIMENG_API_KEYS: "me=obviously-fake-key-of-20" });
    expect(config.apiKeys).toHaveLength(1);
  });
});
