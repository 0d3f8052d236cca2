// Tests the Sign header against the captured vectors.

import { describe, expect, test } from "vitest";

import { sign } from "./sign.ts";

const vectors = [
  ["/mweb/v1/aigc_draft/generate", "8.4.0", "a29e0b750501aa30af81fd309a15ceca"],
  ["/mweb/v1/get_history_by_ids", "8.4.0", "89fc65c93b50132b5eded79da14f0c14"],
  ["/mweb/v1/get_upload_token", "8.4.0", "1b29032d7ce81e3017668ac5c1923e78"],
  ["/mweb/v1/get_local_item_list", "8.4.0", "91f54cd6c5f6f62f939146893a80bf9e"],
  ["/commerce/v1/benefits/user_credit", "8.4.0", "f3f7a12f5f13aca1846fe2ea4fd8a65e"],
  ["/commerce/v1/benefits/credit_receive", "8.4.0", "944980d8ce8654a303db0e32d93a62fc"],
  ["/passport/account/info/v2", "8.4.0", "50ae3799a22d985399d1cafbd651cc3a"],
  ["/mweb/v1/aigc_draft/generate", "5.8.0", "ae3b32f5eac9141aae9ff491a3bd4c7c"],
  ["/mweb/v1/aigc_draft/generate", "1.0.0", "71c561a512e68aa8b4bbcf2a18d2a27e"],
] as const;

describe("sign", () => {
  test.each(vectors)(
    "signs %s at version %s as the protocol's vector says",
    (path, appVersion, expected) => {
      expect(
        sign({ path, appVersion, platformCode: "7", deviceTime: "1700000000", deviceId: "" }),
      ).toBe(expected);
    },
  );

  test("ignores a relay's prefix because only the path's end counts", () => {
    const input = {
      appVersion: "8.4.0",
      platformCode: "7",
      deviceTime: "1700000000",
      deviceId: "",
    };
    expect(sign({ ...input, path: "/dreamina/us/mweb/v1/aigc_draft/generate" })).toBe(
      vectors[0][2],
    );
  });
});
