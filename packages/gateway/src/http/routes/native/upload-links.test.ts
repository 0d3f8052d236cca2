// Tests the pages on which a person gives one file: whose it becomes, how long and how often they work.

import { afterEach, beforeEach, expect, test } from "vitest";

import { uploadLinkSchema } from "../../../api/files.ts";
import type { UploadLinkObject } from "../../../api/files.ts";
import type { MadeKey } from "../../../keys/keys.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { ManualClock } from "../../../testing/manual-clock.ts";
import { wholePng } from "../../../testing/reference-samples.ts";

let open: FakeApp;
let clock: ManualClock;
let phone: MadeKey;
beforeEach(async () => {
  clock = new ManualClock(1_700_000_010_000);
  open = await buildFakeApp({}, { clock });
  phone = await open.keys.create({ name: "phone", maxFiles: 2 });
});
afterEach(() => open.close());

const withKey = (key: string) => ({ authorization: `Bearer ${key}` });

async function makeLink(): Promise<UploadLinkObject & { token: string }> {
  const headers = withKey(phone.text);
  const answer = await open.app.inject({ method: "POST", url: "/v1/upload-links", headers });
  expect(answer.statusCode, answer.body).toBe(200);
  const link = uploadLinkSchema.parse(answer.json());
  return { ...link, token: new URL(link.url!).hash.slice(1) };
}

async function readLink(id: string, key = phone.text) {
  return await open.app.inject({ url: `/v1/upload-links/${id}`, headers: withKey(key) });
}

function give(token: string, payload: Buffer = wholePng(), name = "m%C3%BCde.png") {
  const headers = {
    "content-type": "application/octet-stream",
    "x-upload-token": token,
    "x-file-name": name,
  };
  return open.app.inject({ method: "POST", url: "/upload", headers, payload });
}

const look = (token: string) =>
  open.app.inject({ url: "/upload", headers: { "x-upload-token": token } });

test("a file that a person gives belongs to the key that asked, once, without the person having the key", async () => {
  const link = await makeLink();
  expect(link).toMatchObject({ status: "open", file_id: null });
  expect(link.url).toMatch(/\/upload#[\w-]{32}$/);
  expect((await readLink(link.id)).json()).toMatchObject({ status: "open", url: null });
  expect((await look(link.token)).statusCode).toBe(200);
  const given = await Promise.all([give(link.token), give(link.token)]);
  expect(given.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 404]);
  const { status, file_id: id } = uploadLinkSchema.parse((await readLink(link.id)).json());
  expect(status).toBe("done");
  expect(await open.files.get(id!)).toMatchObject({ keyId: phone.key.id, name: "müde.png" });
  expect((await look(link.token)).statusCode).toBe(404);
  const stored = await open.database.tables.selectFrom("upload_links").selectAll().execute();
  expect(JSON.stringify(stored)).not.toContain(link.token);
});

test("the page loads nothing from elsewhere, and its address holds the token where no server sees it", async () => {
  const page = await open.app.inject({ url: "/upload" });
  expect(page.headers["content-type"]).toContain("text/html");
  expect(page.headers["content-security-policy"]).toContain(
    "default-src 'none'; script-src 'sha256-",
  );
  expect(page.body).not.toMatch(/https?:|src="/);
});

test("an upload that fails leaves the page open, and says why", async () => {
  const link = await makeLink();
  const refused = await give(link.token, Buffer.from("no picture at all"));
  expect(refused.statusCode).toBe(400);
  expect((await readLink(link.id)).json()).toMatchObject({ status: "open" });
  expect((await give(link.token)).statusCode).toBe(200);
});

test("a page ends after ten minutes, with its key, and at the files that the key may keep", async () => {
  const late = await makeLink();
  clock.sleep(600_000);
  expect((await give(late.token)).statusCode).toBe(404);
  expect((await readLink(late.id)).json()).toMatchObject({ status: "expired" });
  const links = await Promise.all([makeLink(), makeLink(), makeLink(), makeLink()]);
  expect((await give(links[0].token)).statusCode).toBe(200);
  expect((await give(links[1].token)).statusCode).toBe(200);
  expect((await give(links[2].token)).statusCode).toBe(402);
  await open.keys.revoke(phone.key.id);
  expect((await give(links[3].token)).statusCode).toBe(404);
});

test("another key is told of no link, and a token that was made up opens nothing", async () => {
  const { id } = await makeLink();
  const other = await open.keys.create({ name: "other" });
  const foreign = await readLink(id, other.text);
  const absent = await readLink("upload_none", other.text);
  expect([foreign.statusCode, absent.statusCode]).toEqual([404, 404]);
  expect((await give("x".repeat(32))).statusCode).toBe(404);
  expect((await open.app.inject({ method: "POST", url: "/v1/upload-links" })).statusCode).toBe(401);
});
