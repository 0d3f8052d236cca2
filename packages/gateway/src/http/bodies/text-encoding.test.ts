// Tests that text which is not UTF-8 is refused before anything is stored or paid, in JSON, data URLs and forms.

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { buildFakeApp } from "../../testing/fake-app.ts";
import type { FakeApp } from "../../testing/fake-app.ts";
import { toDataUrl } from "../../testing/form-samples.ts";
import { wholePng } from "../../testing/reference-samples.ts";

let fake: FakeApp;
beforeAll(async () => {
  fake = await buildFakeApp();
});
afterAll(() => fake.close());

async function post(url: string, payload: Uint8Array, type = "application/json") {
  const created = fake.jobs.created.length;
  const response = await fake.app.inject({
    method: "POST",
    url,
    headers: { "content-type": type },
    payload: Buffer.from(payload),
  });
  return {
    status: response.statusCode,
    body: response.json(),
    jobs: fake.jobs.created.length - created,
  };
}

// 你好, as Windows curl writes it with the code page 936.
const gbk = Buffer.from([0xc4, 0xe3, 0xba, 0xc3]);
const json = (prompt: Uint8Array, more = "") =>
  Buffer.concat([Buffer.from('{"prompt":"'), prompt, Buffer.from(`"${more}}`)]);
const utf16 = Buffer.from('\ufeff{"prompt":"猫"}', "utf16le");
const picture = `,"image":"${toDataUrl(wholePng(640, 480, 100_000))}"`;

const encodings: [string, Uint8Array][] = [
  ["GBK", json(gbk)],
  ["Latin-1", json(Buffer.from("caf\xe9", "latin1"))],
  ["UTF-16 with a byte order mark", utf16],
  ["UTF-16 with a byte order mark, big endian", Buffer.from(utf16).swap16()],
  ["a cut character", json(Buffer.from("猫").subarray(0, 2))],
  ["an overlong sequence", json(Buffer.from([0xc0, 0xaf]))],
  ["a surrogate in UTF-8", json(Buffer.from([0xed, 0xa0, 0xbd]))],
  ["half a character as an escape", json(Buffer.from(String.raw`\ud83d`))],
];

describe("JSON in another encoding than UTF-8", () => {
  // The last one has a parser of its own, without references.
  it.each([
    "/v1/images/generations",
    "/v1/videos",
    "/v1/jobs",
    "/v1/images/edits",
    "/v1/accounts/check",
  ])("is refused by %s", async (url) => {
    for (const [name, payload] of encodings) {
      const { status, body, jobs } = await post(url, payload);
      expect([name, status, jobs]).toEqual([name, 400, 0]);
      expect(body.error.message).toContain("not UTF-8");
      expect(body.error).toMatchObject({ code: "invalid_request", param: "body", charged: "no" });
    }
  });

  it("is refused beside a large data URL too", async () => {
    for (const prompt of [gbk, Buffer.from("猫").subarray(0, 2)]) {
      const { status, body, jobs } = await post("/v1/images/edits", json(prompt, picture));
      expect([status, jobs]).toEqual([400, 0]);
      expect(body.error.message).toContain("not UTF-8");
    }
  });

  it("names the charset that was declared, even where the bytes happen to be UTF-8", async () => {
    for (const prompt of [gbk, Buffer.from([0xd2, 0xbb])]) {
      const { status, body } = await post(
        "/v1/images/generations",
        json(prompt),
        "application/json; charset=GBK",
      );
      expect(status).toBe(400);
      expect(body.error.message).toBe("The body is not UTF-8: its content type declares gbk.");
    }
  });

  it("is accepted where it is ASCII or UTF-8 all the same, with or without a byte order mark", async () => {
    for (const [payload, type] of [
      [json(Buffer.from("猫"))],
      [json(Buffer.from("a cat")), "application/json; charset=gbk"],
      [json(Buffer.from("猫")), 'application/json;charset="UTF-8"'],
      [Buffer.from('\ufeff{"prompt":"猫"}')],
    ] as [Buffer, string?][]) {
      expect((await post("/v1/images/generations", payload, type)).status).toBe(200);
      expect(fake.jobs.created.at(-1)?.[0]?.request.prompt).toMatch(/^(猫|a cat)$/);
    }
  });
});

const boundary = "XX";
function form(...parts: [disposition: Uint8Array, type: string, value: Uint8Array][]): Buffer {
  const pieces = parts.flatMap(([disposition, type, value]) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; `),
    disposition,
    Buffer.from(`\r\n${type === "" ? "" : `Content-Type: ${type}\r\n`}\r\n`),
    value,
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}
const formType = `multipart/form-data; boundary=${boundary}`;
const image: [Uint8Array, string, Uint8Array] = [
  Buffer.from('name="image"; filename="a.png"'),
  "image/png",
  wholePng(),
];
const prompt = (value: Uint8Array, type = ""): [Uint8Array, string, Uint8Array] => [
  Buffer.from('name="prompt"'),
  type,
  value,
];

describe("a form in another encoding than UTF-8", () => {
  it("is refused by the field", async () => {
    for (const value of [gbk, Buffer.from("caf\xe9", "latin1"), Buffer.from("猫").subarray(0, 2)]) {
      const { status, body, jobs } = await post(
        "/v1/images/edits",
        form(prompt(value), image),
        formType,
      );
      expect([status, jobs]).toEqual([400, 0]);
      expect(body.error).toMatchObject({
        message: "The form's prompt is not UTF-8.",
        param: "prompt",
      });
    }
  });

  it("is refused by its filename, its field's name, and inside a JSON field", async () => {
    const gbkName = Buffer.concat([
      Buffer.from('name="image"; filename="'),
      gbk,
      Buffer.from('.png"'),
    ]);
    const gbkField = Buffer.concat([Buffer.from('name="'), gbk, Buffer.from('"')]);
    for (const part of [
      [gbkName, "image/png", wholePng()],
      [gbkField, "", Buffer.from("x")],
      [Buffer.from('name="metadata"'), "application/json", json(gbk)],
    ] as [Uint8Array, string, Uint8Array][]) {
      const payload = form(prompt(Buffer.from("x")), part, image);
      const { status, body, jobs } = await post("/v1/images/edits", payload, formType);
      expect([status, jobs]).toEqual([400, 0]);
      expect(body.error.message).toContain("not UTF-8");
    }
    const upload = form([
      Buffer.concat([Buffer.from('name="file"; filename="'), gbk, Buffer.from('.png"')]),
      "image/png",
      wholePng(),
    ]);
    expect((await post("/v1/files", upload, formType)).status).toBe(400);
  });

  it("names the charset that was declared for all of it, and is refused where a part declares it", async () => {
    const refused = await post(
      "/v1/images/edits",
      form(prompt(gbk), image),
      `${formType}; charset=gb2312`,
    );
    expect(refused.body.error.message).toContain("gb2312");
    for (const charset of ["gbk", "utf-16be", "windows-31j"]) {
      const part = await post(
        "/v1/images/edits",
        form(prompt(gbk, `text/plain; charset=${charset}`), image),
        formType,
      );
      expect([part.status, part.jobs]).toEqual([400, 0]);
      expect(part.body.error.message).toContain("not UTF-8");
    }
  });
});
