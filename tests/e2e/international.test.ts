// Tests an account abroad where the site takes starts and claims from its own page only: a start is sent once, -6 is
// final, nothing is charged, the account's starts stop, its reads and claims go on, and nothing is refused before the
// site has.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGateway, loadConfig } from "@jimeng/gateway";
import { Jimeng } from "@jimeng/sdk";
import { createSimulator } from "@jimeng/simulator";
import { expect, type TestContext, test } from "vitest";
import { plainPicture } from "../chaos/png.ts";

const session = "abroad0fake0session0abroad0fake0";

async function openScene({ onTestFinished }: TestContext, region: "us" | "hk" | "jp" | "sg") {
  const simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 50, visibleAfterMs: 0 },
    refusesProgramsIn: [region],
  });
  const folder = await mkdtemp(join(tmpdir(), "jimeng-international-"));
  const gateway = await createGateway({
    config: loadConfig({
      PORT: "0",
      JIMENG_DATA_DIR: folder,
      [region === "us" ? "JIMENG_US_BASE_URL" : "JIMENG_SG_BASE_URL"]: simulator.url,
      JIMENG_SESSIONS: `mine=${region}-${session}`,
      LOG_LEVEL: "silent",
    }),
  });
  const { url } = await gateway.listen();
  onTestFinished(async () => {
    await gateway.close();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });
  async function call(method: string, path: string, body?: unknown): Promise<any> {
    const headers = {
      "content-type": "application/json",
      authorization: `Bearer ${gateway.adminKey}`,
    };
    const answer = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: answer.status, ...((await answer.json()) as object) };
  }
  const create = () =>
    call("POST", "/v1/jobs", { kind: "image", model: "jimeng-4.0", prompt: "a harbour" });
  async function ended(): Promise<any> {
    const { id } = await create();
    let job;
    do job = await call("GET", `/v1/jobs/${id}?wait=5`);
    while (job.status === "queued" || job.status === "in_progress");
    return job;
  }
  const seen = (endpoint: string): number => simulator.requests({ endpoint }).length;
  return { call, create, ended, seen };
}

test.for(["us", "sg"] as const)(
  "a start from %s is sent once, is answered -6, and costs nothing; the next one is sent after its owner's check",
  async (region, context) => {
    const { call, create, ended, seen } = await openScene(context, region);
    for (const count of [1, 2]) {
      const job = await ended();
      expect(job).toMatchObject({
        status: "failed",
        error: {
          code: "risk_controlled",
          charged: "no",
          upstream: { ret: "-6" },
          fix: expect.stringContaining("own page"),
        },
      });
      expect(seen("generate")).toBe(count);
      const accounts = await call("GET", "/v1/accounts");
      expect(accounts.data[0]).toMatchObject({
        name: "mine",
        health: "cooling_down",
        problem: { ret: "-6", fix: expect.stringContaining("own page") },
      });
      const refused = await create();
      expect(refused).toMatchObject({
        status: 403,
        error: { code: "risk_controlled", charged: "no", fix: expect.stringContaining("own page") },
      });
      expect(seen("generate")).toBe(count);
      expect(await call("POST", "/v1/accounts/mine/check")).toMatchObject({ valid: true });
    }
  },
);

test("a refused claim and a refused start leave the account's reads as they were", async (context) => {
  const { call, ended, seen } = await openScene(context, "us");
  await ended();
  for (const count of [1, 2]) {
    const claim = await call("POST", "/v1/credits/claim", { account: "mine" });
    expect(JSON.stringify(claim)).toContain("risk_controlled");
    expect(seen("credit_receive")).toBe(count);
  }
  const credits = await call("GET", "/v1/credits?account=mine");
  expect(credits.data[0]).toMatchObject({ total: expect.any(Number), error: null });
  const check = await call("POST", "/v1/accounts/mine/check");
  expect(check).toMatchObject({
    valid: true,
    error: null,
    from_programs: { reads: "works", starts: "refused", claims: "refused" },
  });
});

test.for(["us", "hk", "jp", "sg"] as const)(
  "an upload from %s goes to the host that the token names, signed as the site accepts",
  async (region, { onTestFinished }) => {
    const simulator = await createSimulator({ media: "blank" });
    onTestFinished(() => simulator.close());
    // No upload host is set: only the token tells it.
    const baseUrls = { mweb: simulator.url };
    const { uploads } = new Jimeng({ session: `${region}-${session}`, baseUrls, maxRetryCount: 0 });
    expect(await uploads.create(plainPicture(0x33_66_99))).toMatchObject({ format: "png" });
    const endpoints = ["upload_token", "imagex_apply", "upload", "imagex_commit"];
    expect(endpoints.map((endpoint) => simulator.requests({ endpoint }).length)).toEqual([
      1, 1, 1, 1,
    ]);
  },
);
