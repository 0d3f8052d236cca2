// Tests previews with a whole gateway: a picture and a video of the simulator get placeholders and thumbnails by themselves.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGateway, loadConfig } from "@jimeng/gateway";
import { GatewayClient } from "@jimeng/gateway/api";
import { createSimulator } from "@jimeng/simulator";
import { expect, test } from "vitest";

test("a picture and a video get placeholders and thumbnails after their jobs", async ({
  onTestFinished,
}) => {
  const simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 100, videoMs: 100, visibleAfterMs: 0 },
  });
  const folder = await mkdtemp(join(tmpdir(), "jimeng-previews-"));
  const gateway = await createGateway({
    config: loadConfig({
      PORT: "0",
      JIMENG_DATA_DIR: folder,
      JIMENG_BASE_URL: simulator.url,
      JIMENG_SESSIONS: "main=fakesession00000000000000000001",
      LOG_LEVEL: "silent",
    }),
  });
  const { url } = await gateway.listen();
  onTestFinished(async () => {
    await gateway.close();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });
  const client = new GatewayClient({ baseUrl: url });
  const started = await Promise.all([
    client.jobs.create({ kind: "image", prompt: "a red lighthouse", resolution: "1k" }),
    client.jobs.create({ kind: "video", prompt: "the sea" }),
  ]);
  const [picture, video] = started.map(([job]) => job?.id) as [string, string];
  const assetOf = async (id: string) => (await client.jobs.retrieve(id)).result?.assets[0];
  for (const id of [picture, video]) {
    const inTime = { timeout: 20_000, interval: 100 };
    await expect.poll(async () => (await assetOf(id))?.thumbhash, inTime).toMatch(/^[\w+/]{8,}=*$/);
    const asset = await assetOf(id);
    const thumbnail = await fetch(`${url}/v1/assets/${asset?.id}?variant=thumbnail`);
    expect(thumbnail.headers.get("content-type")).toBe("image/webp");
    expect((await thumbnail.arrayBuffer()).byteLength).toBeGreaterThan(0);
  }
  const poster = await fetch(`${url}/v1/videos/${video}/content?variant=thumbnail`);
  expect(poster.headers.get("content-type")).toBe("image/webp");
});
