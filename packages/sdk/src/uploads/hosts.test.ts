// Tests where apply and commit are sent: a setting wins, outside cn then the host of the token, and a hostile one never.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { JimengOptions } from "../options.ts";
import type { RegionHosts } from "../regions.ts";
import { fakeSession, fixture, fixtureText, scriptedFetch, testClient } from "../testing/client.ts";
import { toServiceOrigin } from "../wire/uploads/hosts.ts";

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3, 4]);
const kinds = ["image", "audio"] as const;

interface Sent {
  /** The origins that the signed calls went to, in turn. */
  origins: string[];
  /** The signing region, service and space of the first one. */
  scope: string;
  space: string | null;
}

/** Uploads with a token that has other fields, and tells where the signed calls went. */
async function upload(
  site: string,
  kind: (typeof kinds)[number],
  token: object,
  baseUrls?: Partial<RegionHosts>,
): Promise<Sent> {
  const isImage = kind === "image";
  const body = structuredClone(
    fixture(isImage ? "upload_token_image_international" : "upload_token_video").body,
  );
  Object.assign(body.data, token);
  const service = isImage ? "imagex" : "vod";
  const fetch = scriptedFetch(({ url }) => {
    const action = url.searchParams.get("Action");
    if (url.pathname.endsWith("get_upload_token")) return new Response(JSON.stringify(body));
    if (url.pathname.endsWith("submit_audit_job"))
      return new Response(fixtureText("submit_audit_job_ok"));
    if (action === null) return new Response(fixtureText("upload_binary_ok"));
    return new Response(
      fixtureText(`${service}_${action.startsWith("Apply") ? "apply" : "commit"}_ok`),
    );
  });
  const options: Partial<JimengOptions> = { session: `${site}${fakeSession}`, baseUrls };
  const { uploads } = testClient(fetch, options);
  await (isImage ? uploads.create(png) : uploads.create(png, { kind: "audio" }));
  const signed = fetch.seen.filter(({ url }) => url.searchParams.has("Action"));
  const { url, headers } = signed[0]!;
  return {
    origins: signed.map((request) => request.url.origin),
    scope: /\d{8}\/(.*)\/aws4_request/.exec(headers.get("authorization")!)![1]!,
    space: url.searchParams.get(isImage ? "ServiceId" : "SpaceName"),
  };
}

const builtIn = {
  image: "https://imagex-normal-sg.capcutapi.com",
  audio: "https://vod.bytedanceapi.com",
};
const named = "https://vod-sg.upload.example.com";
const token = { upload_domain: new URL(named).host, space_name: "own-space", region: "sg" };

describe("outside cn", () => {
  test.each(kinds)("%s goes to the host and the space of the token", async (kind) => {
    const service = kind === "image" ? "imagex" : "vod";
    for (const site of ["sg-", "hk-", "jp-"]) {
      expect(await upload(site, kind, token)).toEqual({
        origins: [named, named],
        scope: `ap-singapore-1/${service}`,
        space: "own-space",
      });
    }
    expect(await upload("us-", kind, { ...token, region: "us" })).toMatchObject({
      origins: [named, named],
      scope: `us-east-1/${service}`,
    });
  });

  test.each(kinds)("%s goes to a host that is set, whatever the token names", async (kind) => {
    const own = "https://relay.example.org";
    const hosts = { imagex: own, vod: own };
    expect(await upload("sg-", kind, token, hosts)).toMatchObject({ origins: [own, own] });
    const same = { imagex: builtIn.image, vod: builtIn.audio };
    const sent = await upload("sg-", kind, token, same);
    expect(sent.origins).toEqual([builtIn[kind], builtIn[kind]]);
    const other = await upload("sg-", kind, token, { imagex: undefined, mweb: own });
    expect(other.origins).toEqual([named, named]);
  });

  test.each([
    "",
    null,
    7,
    ["a.example.com"],
    "a.example.com:8443",
    "a.example.com:443",
    "user@a.example.com",
    "https://a.example.com",
    "a.example.com/path",
    "a.example.com?x",
    "a.example.com#x",
    "a.example.com\\@b.example.com",
    "a.example.com\n",
    "a..example.com",
    "a.example.com.",
    `${"a".repeat(64)}.example.com`,
    `${"a.".repeat(130)}com`,
    "localhost",
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "127.0.0.0x1",
    "2130706433",
    "169.254.169.254",
    "10.0.0.1",
    "[::1]",
    "[2606:4700::1111]",
    "intranet",
    "metadata.internal",
    "printer.local",
    "ａ.example.com",
  ])("a token that names %j leaves the built-in host", async (domain) => {
    for (const kind of kinds) {
      const { origins } = await upload("sg-", kind, { ...token, upload_domain: domain });
      expect(origins).toEqual([builtIn[kind], builtIn[kind]]);
    }
  });

  test.each([
    [null, "ap-southeast-1"],
    [7, "ap-southeast-1"],
    ["ap-southeast-1", "ap-southeast-1"],
    ["sg/../x", "ap-southeast-1"],
    ["sg", "ap-singapore-1"],
  ])("a token of the region %j is signed for %s", async (region, expected) => {
    const { scope } = await upload("sg-", "audio", { ...token, region });
    expect(scope).toBe(`${expected}/vod`);
  });

  test("a token may name this machine only where the base URL is this machine", async () => {
    const local = "http://127.0.0.1:5199";
    const localToken = { ...token, upload_domain: "127.0.0.1:5199" };
    const here = await upload("sg-", "audio", localToken, { mweb: "http://127.0.0.1:5100" });
    expect(here.origins).toEqual([local, local]);
    const relay = { mweb: "https://relay.example.org", commerce: "http://127.0.0.1:5100" };
    const away = await upload("sg-", "audio", localToken, relay);
    expect(away.origins).toEqual([builtIn.audio, builtIn.audio]);
  });
});

test.each(kinds)("on cn %s goes to the built-in host and is signed as ever", async (kind) => {
  const { origins, scope } = await upload("", kind, { ...token, region: "cn" });
  const host = kind === "image" ? "https://imagex.bytedanceapi.com" : builtIn.audio;
  expect(origins).toEqual([host, host]);
  expect(scope).toBe(`cn-north-1/${kind === "image" ? "imagex" : "vod"}`);
});

describe("toServiceOrigin", () => {
  const pieces = fc.constantFrom(
    ...Array.from("@:/\\?#%[].-_ \t\n0aA"),
    "example.com",
    "127.0.0.1",
    "localhost",
    "0x7f",
    "::1",
    "https://",
    ".internal",
    "%2e",
    "。",
  );
  const hostile = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join("")),
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.ipV6(),
    fc.webUrl(),
    fc.webAuthority({ withPort: true, withUserInfo: true }),
  );

  test("gives undefined or the origin of exactly the public name it was given, over https", () => {
    fc.assert(
      fc.property(hostile, (domain) => {
        const origin = toServiceOrigin(domain, false);
        if (origin === undefined) return;
        const url = new URL(origin);
        expect(origin).toBe(`https://${domain}`);
        expect(url.href).toBe(`https://${domain.toLowerCase()}/`);
        expect(url.hostname).toBe(domain.toLowerCase());
        expect(url.hostname).toMatch(/^[a-z\d.-]+\.[a-z][a-z\d-]*$/);
      }),
      { numRuns: 2000 },
    );
  });

  test("takes every ordinary name below a public domain", () => {
    const label = fc.stringMatching(/^[a-z\d]([a-z\d-]{0,20}[a-z\d])?$/);
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), (labels) => {
        const domain = `${labels.join(".")}.example.com`;
        expect(toServiceOrigin(domain, false)).toBe(`https://${domain}`);
      }),
    );
  });
});
