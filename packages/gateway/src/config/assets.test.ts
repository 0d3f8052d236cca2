// Tests how ASSETS_URL is read.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseAssetsUrl } from "./assets.ts";

// A refused URL leads nowhere.
function prefixOf(text: string): string {
  try {
    const place = parseAssetsUrl(text);
    return place.kind === "s3" ? place.prefix : "";
  } catch {
    return "";
  }
}

describe("ASSETS_URL", () => {
  test("is the data folder when it is not set", () => {
    expect(parseAssetsUrl(null)).toEqual({ kind: "data-folder" });
  });

  test("names a bucket, a prefix and how to reach them", () => {
    const url =
      "s3://my.bucket/some/prefix/?region=eu-central-1&endpoint=https://s3.example:9000/&path_style=true";
    expect(parseAssetsUrl(url)).toEqual({
      kind: "s3",
      bucket: "my.bucket",
      prefix: "some/prefix/",
      region: "eu-central-1",
      endpoint: "https://s3.example:9000",
      pathStyle: true,
    });
  });

  test("leaves the region to the machine's AWS settings, except with an endpoint of one's own", () => {
    const own = { prefix: "", region: null, endpoint: null, pathStyle: false };
    expect(parseAssetsUrl("s3://bucket")).toEqual({ kind: "s3", bucket: "bucket", ...own });
    expect(parseAssetsUrl("s3://bucket?endpoint=http://minio:9000")).toMatchObject({
      region: "us-east-1",
      endpoint: "http://minio:9000",
    });
  });

  test("names a shared folder", () => {
    const place = { kind: "shared-folder", folder: "/mnt/shared files", below: "" };
    expect(parseAssetsUrl("file:///mnt/shared%20files")).toEqual(place);
  });

  test("keeps simulated files apart", () => {
    const below = "simulator";
    expect(parseAssetsUrl("file:///mnt", { below })).toMatchObject({ folder: "/mnt", below });
    expect(parseAssetsUrl("s3://bucket", { below })).toMatchObject({ prefix: "simulator/" });
    expect(parseAssetsUrl("s3://bucket/a", { below })).toMatchObject({ prefix: "a/simulator/" });
  });

  test.each([
    "bucket",
    "/mnt/shared",
    "https://s3.example/bucket",
    "file://host/mnt",
    "file:///mnt?x=1",
    "file:///mnt%2Fshared",
    "s3://",
    "s3://key:hush-hush@bucket",
    "s3://bucket?secret_access_key=hush-hush",
    "s3://bucket/%2e%2e/hush-hush?region=EU Central",
    "s3://bucket?endpoint=ftp://hush-hush",
    "s3://bucket?endpoint=https://user:hush-hush@s3.example",
    "s3://bucket?path_style=maybe",
  ])("refuses %s in one line that does not repeat it", (text) => {
    const act = () => parseAssetsUrl(text);
    expect(act).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        message: expect.stringMatching(/^ASSETS_URL [^\n]+\.$/),
        detail: expect.objectContaining({ param: "ASSETS_URL" }),
      }),
    );
    expect(act).not.toThrow(/hush/);
  });

  test("never gives a prefix that leads elsewhere, whatever it says", () => {
    fc.assert(
      fc.property(fc.webPath(), (path) => {
        const prefix = prefixOf(`s3://bucket/${path}`);
        expect(prefix).toMatch(/^([\w.=-]+\/)*$/);
        expect(prefix.split("/")).not.toContain("..");
      }),
    );
  });
});
