// Tests every route with 2,000 odd requests: no 5xx, no hang, no job for a request that is refused.

import { afterEach, it } from "vitest";

import { buildFakeApp } from "../testing/fake-app.ts";
import type { FakeApp } from "../testing/fake-app.ts";
import { FakeAccountClient } from "../testing/fake-account-client.ts";
import { fuzz } from "../testing/fuzz.ts";
import { smallUploads } from "../testing/small-uploads.ts";

let fake: FakeApp | undefined;
afterEach(() => fake?.close());

it.each<[string, number, Record<string, string>, Record<string, string>]>([
  ["without keys", 1200, {}, {}],
  [
    "with a key",
    400,
    { JIMENG_API_KEYS: "obviously-fake-key" },
    { "x-api-key": "obviously-fake-key" },
  ],
  [
    "with pass-through",
    400,
    { JIMENG_PASSTHROUGH: "true" },
    { authorization: "Bearer obviously-fake-session" },
  ],
])(
  "%s every odd request has an orderly end",
  async (_name, requests, environment, headers) => {
    const options = { account: new FakeAccountClient() };
    const app = await buildFakeApp({ ...smallUploads(), ...environment }, options);
    fake = app;
    const countJobs = () => app.jobs.created.flat().length;
    await fuzz({ app: app.app, headers, countJobs, jobsEnd: true }, requests);
  },
  120_000,
);
