// The page while much happens: 300 live jobs while somebody types, pictures that land, and eight tabs.
import type { Page } from "playwright-core";
import { atMost, percentile, type Figure } from "../figures.ts";
import { inBrowser, type Bench } from "./browser.ts";

const liveJobs = 300;
const typingBoundMs = 50;
const paintBoundMs = 150;
const tabs = 8;
const requestBoundMs = 200;
const pictures = 20;
const patienceMs = 60_000;

/** Measures typing, landing pictures, and the requests of many tabs. */
export async function measureLive(): Promise<Figure[]> {
  const typing = await inBrowser({ name: "typing", simulatorWords: [] }, async (bench) => {
    await makeJobs(bench, liveJobs);
    const page = await bench.open();
    await page.goto(bench.gateway.url);
    await page.locator("#prompt").waitFor();
    return [
      atMost("300 live jobs: a key in the prompt, p95", await typeKeys(page), typingBoundMs, "ms"),
    ];
  });
  const landing = await inBrowser({ name: "landing" }, async (bench) => {
    const page = await bench.open();
    await page.goto(bench.gateway.url);
    await page.locator("#prompt").waitFor();
    const painted = paintedPictures(page);
    await makeJobs(bench, pictures);
    return [
      atMost(
        "a picture landed → painted, p95",
        percentile(await painted, 0.95),
        paintBoundMs,
        "ms",
      ),
    ];
  });
  const many = await inBrowser({ name: "tabs" }, measureTabs);
  return [...typing, ...landing, ...many];
}

async function makeJobs({ gateway }: Bench, count: number): Promise<void> {
  for (let at = 0; at < count; at++)
    await fetch(`${gateway.url}/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ kind: "image", prompt: `live ${at}`, count: 1 }),
    });
}

/** Types and measures from each key until the next frame; returns the 95th percentile. */
async function typeKeys(page: Page): Promise<number> {
  await page.evaluate(() => {
    const took: number[] = [];
    Object.assign(globalThis, { took });
    addEventListener(
      "keydown",
      ({ timeStamp }) => requestAnimationFrame(() => took.push(performance.now() - timeStamp)),
      true,
    );
  });
  await page.locator("#prompt").focus();
  await page.keyboard.type("a lighthouse on a cliff in a storm, oil painting, wide lens, dusk", {
    delay: 60,
  });
  const took = await page.evaluate(() => (globalThis as unknown as { took: number[] }).took);
  return percentile(took, 0.95);
}

/** Measures in the page from each `job.image` of the stream until its picture is painted. */
async function paintedPictures(page: Page): Promise<number[]> {
  return await page.evaluate(
    ({ wanted, patience }) =>
      new Promise<number[]>((resolve) => {
        const heard = new Map<string, number>();
        const took: number[] = [];
        const stream = new EventSource("/v1/events?types=job.image");
        const end = setTimeout(() => resolve(took), patience);
        stream.addEventListener("job.image", ({ data }) => {
          const { data: job } = JSON.parse(String(data)) as { data: { asset?: { id: string } } };
          if (job.asset !== undefined) heard.set(job.asset.id, performance.now());
        });
        const look = (): void => {
          for (const [id, at] of heard) {
            const picture = document.querySelector<HTMLImageElement>(`img[src*="${id}"]`);
            if (picture === null || !picture.complete || picture.naturalWidth === 0) continue;
            heard.delete(id);
            took.push(performance.now() - at);
          }
          if (took.length < wanted) {
            requestAnimationFrame(look);
            return;
          }
          clearTimeout(end);
          stream.close();
          resolve(took);
        };
        requestAnimationFrame(look);
      }),
    { wanted: pictures, patience: patienceMs },
  );
}

async function measureTabs({ gateway, open }: Bench): Promise<Figure[]> {
  const first = await open();
  const pages = [first];
  const streams = new Set<string>();
  const follow = (page: Page, at: number): void => {
    page.on("request", (request) => {
      if (request.url().includes("/v1/events")) streams.add(`${at} ${request.url()}`);
    });
  };
  follow(first, 0);
  await first.goto(gateway.url);
  for (let at = 1; at < tabs; at++) {
    const page = await first.context().newPage();
    follow(page, at);
    await page.goto(gateway.url);
    pages.push(page);
  }
  await first.waitForTimeout(1000);
  const waits = await Promise.all(
    pages.map((page) =>
      page.evaluate(async () => {
        const begun = performance.now();
        await (await fetch("/v1/jobs?limit=1")).text();
        return performance.now() - begun;
      }),
    ),
  );
  return [
    atMost(
      "8 tabs: streams",
      new Set([...streams].map((name) => name.split(" ")[0])).size,
      1,
      "requests",
    ),
    atMost("8 tabs at once, slowest request", Math.max(...waits), requestBoundMs, "ms"),
  ];
}
