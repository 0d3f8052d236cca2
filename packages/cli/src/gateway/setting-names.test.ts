// Tests that misspelt settings are named, and settings are not.

import { expect, test } from "vitest";

import { inEnglish } from "../words/words.ts";
import { misspeltSettings } from "./setting-names.ts";

const warningsFor = async (environment: Record<string, string>) =>
  (await misspeltSettings(environment)).map(inEnglish);

test("names the setting that was probably meant", async () => {
  expect(await warningsFor({ JIMENG_SESSION: "x", jimeng_simulate: "1" })).toEqual([
    "JIMENG_SESSION is no setting and does nothing: did you mean JIMENG_SESSIONS?",
    "jimeng_simulate is no setting and does nothing: did you mean JIMENG_SIMULATE?",
  ]);
});

test("names what resembles nothing, without its value", async () => {
  expect(await warningsFor({ JIMENG_SHOE_SIZE: "obviously-fake" })).toEqual([
    "JIMENG_SHOE_SIZE is no setting and does nothing",
  ]);
});

test("says nothing of settings, of empty variables and of other programs'", async () => {
  const environment = {
    JIMENG_SESSIONS: "x",
    JIMENG_SECRET_KEY_FILE: "x",
    JIMENG_US_BASE_URL: "x",
    JIMENG_API_KEY: "x",
    JIMENG_SESION: "",
    HOME: "x",
  };
  expect(await warningsFor(environment)).toEqual([]);
});
