// Every await of doGenerate, doStart and doStatus is cut in every way: one paid start, and its result is there.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GatewayProcess } from "../chaos/gateway-process.ts";
import { openScene, type Scene } from "../death-table/scene.ts";
import { allDeaths, die } from "./deaths.ts";

let scene: Scene;
let gateway: GatewayProcess;
beforeAll(async () => {
  scene = await openScene("sqlite", "");
  gateway = await scene.gateway();
});
afterAll(() => scene.remove());

test.each(allDeaths())("$call, request $request, $moment: $way", async (death) => {
  const { ids, starts, wasCut } = await die(scene, gateway, death);
  expect(wasCut).toBe(true);
  expect(starts).toBe(1);
  expect(new Set(ids).size).toBe(death.call === "doGenerate" ? 2 : 1);
});
