// Tests signatures against the protocol's vectors and against a library that knows nothing of ours.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { canonicalQuery, signAws } from "./aws-v4.ts";
import type { AwsRequest } from "./aws-v4.ts";

const credentials = {
  accessKeyId: "AKTPEXAMPLE0000",
  secretAccessKey: "SECRETEXAMPLE0000",
  sessionToken: "STS2EXAMPLE0000",
};
const now = Date.parse("2024-01-01T00:00:00Z");
const common = { region: "cn-north-1", credentials, now } as const;

function signatureOf(headers: Record<string, string>): string {
  return /Signature=([0-9a-f]{64})$/.exec(headers["authorization"]!)![1]!;
}

/**
 * Signs requests with a second implementation, in a plain Node process: this test runner resolves packages by
 * the "module" condition, under which that implementation's files cannot be loaded by Node.
 */
function signWithSmithy(requests: readonly object[]): string[] {
  const script = `
    const { SignatureV4 } = require("@smithy/signature-v4");
    const { createHash, createHmac } = require("node:crypto");
    const { readFileSync } = require("node:fs");
    class Sha256 {
      constructor(secret) { this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret); }
      update(data) { this.hash.update(data); }
      async digest() { return this.hash.digest(); }
      reset() {}
    }
    async function sign({ method, query, headers, body, region, service, credentials, now }) {
      const signer = new SignatureV4({ credentials, region, service, sha256: Sha256, uriEscapePath: false, applyChecksum: method === "POST" });
      const request = { method, protocol: "https:", hostname: "h", path: "/", query, headers, body };
      return (await signer.sign(request, { signingDate: new Date(now) })).headers.authorization;
    }
    Promise.all(JSON.parse(readFileSync(0, "utf8")).map(sign)).then((all) => console.log(JSON.stringify(all)));
  `;
  const output = execFileSync(process.execPath, ["-e", script], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    input: JSON.stringify(requests),
    encoding: "utf8",
    env: {},
  });
  return JSON.parse(output);
}

describe("signAws", () => {
  test("gives the protocol's vector for applying", async () => {
    const query = {
      Action: "ApplyImageUpload",
      Version: "2018-08-01",
      ServiceId: "tb4s082cfz",
      FileSize: "12345",
      s: "abcdefghij",
    };
    const headers = await signAws({ ...common, method: "GET", service: "imagex", query });
    expect(headers).toEqual({
      "x-amz-date": "20240101T000000Z",
      "x-amz-security-token": "STS2EXAMPLE0000",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKTPEXAMPLE0000/20240101/cn-north-1/imagex/aws4_request, " +
        "SignedHeaders=x-amz-date;x-amz-security-token, " +
        "Signature=7208b5e0a33fd22f77c5e902eeb926783d3e4eaa43fdbd7dc54dfd634988dfa0",
    });
  });

  test("gives the protocol's vector for committing, the body's hash included", async () => {
    const query = { Action: "CommitImageUpload", ServiceId: "tb4s082cfz", Version: "2018-08-01" };
    const body = '{"SessionKey":"SESSION_KEY_EXAMPLE"}';
    const headers = await signAws({ ...common, method: "POST", service: "imagex", query, body });
    expect(headers["x-amz-content-sha256"]).toBe(
      "19572ba4e7c110ed8e89c56c7a3bb5a296e1f16727cab0e5bb12f6a372eef50c",
    );
    expect(signatureOf(headers)).toBe(
      "77d038447cf1fc6126a7a73c2605bc71955b38835b5c1dc7ea4284f1f3883a57",
    );
  });

  test("gives the protocol's vector for VOD", async () => {
    const query = {
      Action: "ApplyUploadInner",
      FileSize: "12345",
      FileType: "video",
      IsInner: "1",
      SpaceName: "dreamina",
      Version: "2020-11-19",
      s: "abcdefghij",
    };
    const headers = await signAws({ ...common, method: "GET", service: "vod", query });
    expect(signatureOf(headers)).toBe(
      "85d87d8658b4ac98a7d1cdcb7767bbf96cb3d11ad3cac13f32cbd9ba70f64423",
    );
  });

  test("agrees with a second implementation, whatever is signed", async () => {
    const requests = fc.record({
      method: fc.constantFrom("GET" as const, "POST" as const),
      service: fc.constantFrom("imagex" as const, "vod" as const),
      region: fc.constantFrom("cn-north-1", "us-east-1", "ap-southeast-1"),
      query: fc.dictionary(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,8}$/), fc.string(), {
        minKeys: 1,
        maxKeys: 5,
      }),
      body: fc.string(),
      now: fc.integer({ min: 1_000_000_000_000, max: 2_000_000_000_000 }),
    });
    const inputs = fc.sample(requests, 100);
    const signed = await Promise.all(
      inputs.map(async (input) => {
        const body = input.method === "POST" ? input.body : undefined;
        const own = await signAws({ ...input, body, credentials } satisfies AwsRequest);
        const { authorization, ...headers } = own;
        return { ...input, body: body ?? "", credentials, headers, authorization };
      }),
    );
    expect(signWithSmithy(signed)).toEqual(signed.map(({ authorization }) => authorization));
  });

  test("sorts the query by name in byte order", () => {
    expect(canonicalQuery({ s: "1", Version: "2", Action: "3 !" })).toBe(
      "Action=3%20%21&Version=2&s=1",
    );
  });
});
