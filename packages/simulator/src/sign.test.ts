// Tests the signature against the test vectors of docs/upstream/README.md.

import { describe, expect, test } from "vitest";

import { computeSign, verifySign } from "./sign.ts";

const vectors: Array<[path: string, versionCode: string, sign: string]> = [
  ["/mweb/v1/aigc_draft/generate", "8.4.0", "a29e0b750501aa30af81fd309a15ceca"],
  ["/mweb/v1/get_history_by_ids", "8.4.0", "89fc65c93b50132b5eded79da14f0c14"],
  ["/mweb/v1/get_upload_token", "8.4.0", "1b29032d7ce81e3017668ac5c1923e78"],
  ["/mweb/v1/get_local_item_list", "8.4.0", "91f54cd6c5f6f62f939146893a80bf9e"],
  ["/commerce/v1/benefits/user_credit", "8.4.0", "f3f7a12f5f13aca1846fe2ea4fd8a65e"],
  ["/commerce/v1/benefits/credit_receive", "8.4.0", "944980d8ce8654a303db0e32d93a62fc"],
  ["/passport/account/info/v2", "8.4.0", "50ae3799a22d985399d1cafbd651cc3a"],
  ["/mweb/v1/aigc_draft/generate", "5.8.0", "ae3b32f5eac9141aae9ff491a3bd4c7c"],
  ["/mweb/v1/aigc_draft/generate", "1.0.0", "71c561a512e68aa8b4bbcf2a18d2a27e"],
];

describe("the Sign header", () => {
  test.each(vectors)("of %s with %s is the captured one", (path, versionCode, sign) => {
    const parts = { path, platform: "7", versionCode, deviceTime: "1700000000", deviceId: "" };
    expect(computeSign(parts)).toBe(sign);
    const headers = { sign, "device-time": "1700000000", pf: "7", appvr: versionCode };
    expect(verifySign(path, headers)).toBe("ok");
    expect(verifySign(path, { ...headers, "device-time": "1700000001" })).toBe("bad");
    expect(verifySign(path, { ...headers, sign: undefined })).toBe("missing");
  });

  test("may cover the beginning of the query that a client wrote into its path, and nothing else", () => {
    const path = "/mweb/v1/get_upload_token";
    const written = `${path}?aid=513695&aigc_features=app_lip_sync`;
    const parts = { platform: "7", versionCode: "5.8.0", deviceTime: "1700000000", deviceId: "" };
    const headers = { "device-time": "1700000000", pf: "7", appvr: "5.8.0" };
    const verdict = (signed: string) =>
      verifySign(
        path,
        { ...headers, sign: computeSign({ ...parts, path: signed }) },
        "aid=513695&aigc_features=app_lip_sync&region=CN",
      );
    expect(verdict(path)).toBe("ok");
    expect(verdict(written)).toBe("ok");
    expect(verdict(`${path}?aid=513695&other=value`)).toBe("bad");
  });
});
