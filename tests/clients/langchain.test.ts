// LangChain's picture tool, which knows DALL-E 3 alone, works through an alias.
import { DallEAPIWrapper } from "@langchain/openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openScene, type Scene } from "../death-table/scene.ts";
import { decodePicture } from "../e2e/media.ts";

let scene: Scene;
let common: { baseUrl: string; apiKey: string };
beforeAll(async () => {
  scene = await openScene("sqlite", "", { JIMENG_MODEL_ALIASES: "dall-e-3=jimeng-4.0" });
  const { url } = await scene.gateway();
  common = { baseUrl: `${url}/v1`, apiKey: "no-key-needed" };
});
afterAll(() => scene.remove());

test("it gives the URL of a picture for its default model", async () => {
  const tool = new DallEAPIWrapper(common);
  const url: unknown = await tool.invoke("a lighthouse for LangChain");
  const bytes = await (await fetch(String(url))).bytes();
  expect((await decodePicture(bytes)).width).toBeGreaterThan(500);
});

test("with n=2 and base64 it sends two requests and gives two pictures", async () => {
  const tool = new DallEAPIWrapper({ ...common, n: 2, dallEResponseFormat: "b64_json" });
  const before = scene.simulator.acceptedStarts().length;
  const pictures: unknown = await tool.invoke("two lighthouses for LangChain");
  expect(pictures).toEqual([
    { type: "image_url", image_url: { url: expect.any(String) } },
    { type: "image_url", image_url: { url: expect.any(String) } },
  ]);
  expect(scene.simulator.acceptedStarts()).toHaveLength(before + 2);
});

test("a prompt that is refused is an error that says so, and is sent once", async () => {
  const before = scene.posts();
  const refused = new DallEAPIWrapper(common).invoke("simulate:2038");
  await expect(refused).rejects.toMatchObject({ status: 400, code: "content_policy_violation" });
  expect(scene.posts()).toBe(before + 1);
});
