// Tests which connections are told as having no TLS.

import { expect, test } from "vitest";

import { parseAssetsUrl } from "../config/assets.ts";
import { findPlainConnections } from "./plain-connections.ts";

function find(databaseUrl: string | null, assets: string | null = null): string[] {
  const place = parseAssetsUrl(assets);
  return findPlainConnections({ databaseUrl, assets: place }).map(
    ({ setting, host }) => `${setting} ${host}`,
  );
}

test.each([
  "postgres://user:secret@db.example/jimeng",
  "postgres://user:secret@db.example/jimeng?sslmode=disable",
  "postgres://user:secret@10.0.0.5/jimeng?sslmode=prefer",
])("a database on another machine without TLS is told (%s)", (url) => {
  const found = find(url);
  expect(found).toHaveLength(1);
  expect(found.join()).not.toContain("secret");
});

test.each([
  null,
  "postgres://user:secret@localhost/jimeng",
  "postgres://user:secret@127.0.0.1:5433/jimeng",
  "postgres://user:secret@db.example/jimeng?sslmode=require",
  "postgres://user:secret@db.example/jimeng?sslmode=verify-full",
  "postgres://user:secret@db.example/jimeng?ssl=true",
])("others are not (%s)", (url) => {
  expect(find(url)).toEqual([]);
});

test("a store of files is told where its endpoint is plain http on another machine", () => {
  const place = (endpoint: string) => `s3://bucket/prefix?endpoint=${endpoint}`;
  expect(find(null, place("http://store.example:9000"))).toEqual(["ASSETS_URL store.example"]);
  expect(find(null, place("https://store.example"))).toEqual([]);
  expect(find(null, place("http://127.0.0.1:9000"))).toEqual([]);
  expect(find(null, "s3://bucket?region=eu-central-1")).toEqual([]);
});
