// The library of 100,000 results in the browser: opened, jumped through, searched, swept, and reached to its end.
import type { Page } from "playwright-core";
import { atMost, fact, percentile, type Figure } from "../figures.ts";
import { inBrowser, type Bench } from "./browser.ts";

const firstBoundMs = 500;
const jumpBoundMs = 300;
const searchBoundMs = 300;
const frameP50Ms = 18;
const frameP99Ms = 60;
const longestTaskMs = 100;
const mostElements = 700;
const heapMebibytes = 90;
const heapGrowth = 10;
const sweepSpeed = 50_000;
const sweepSeconds = Number(process.env["JIMENG_BENCH_SWEEP_SECONDS"] ?? 60);
const jumps = [0.1, 0.35, 0.5, 0.8, 0.97];
const words = ["zeppelin", "小猫", "castle", "光"];

/** Waits in the page until every cell that is seen shows its picture; returns the time since a mark. */
const untilPainted = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          const frame = document.querySelector(".library-scroll")?.getBoundingClientRect();
          const cells = [...document.querySelectorAll("[role=gridcell]")].filter((cell) => {
            const box = cell.getBoundingClientRect();
            return frame !== undefined && box.bottom > frame.top && box.top < frame.bottom;
          });
          const isPainted = (cell: Element): boolean =>
            (cell.querySelector("img")?.complete ?? false) === true;
          const begun = Number(document.documentElement.dataset["mark"] ?? 0);
          if (cells.length > 0 && cells.every(isPainted)) resolve(performance.now() - begun);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
  );

async function openFull({ gateway, open }: Bench, options?: Parameters<Bench["open"]>[0]) {
  const page = await open(options);
  await page.goto(`${gateway.url}/library`, { waitUntil: "commit" });
  await page.locator("[role=gridcell] img").first().waitFor();
  await untilCounted(page);
  return page;
}

/** Waits for the scrubber, which comes when everything is counted: until then the end is not known. */
const untilCounted = (page: Page): Promise<void> => page.getByRole("slider").waitFor();

/** Measures opening, jumping to days, and searching: with thumbnails as they are made after a job, and without. */
export async function measureFullLibrary(): Promise<Figure[]> {
  return await inBrowser({ name: "100,000 results", isFull: true }, async (bench) => {
    // The first walk makes the thumbnails that the filled library lacks; the second one is an ordinary day.
    const without = await walkLibrary(bench);
    const usual = await walkLibrary(bench);
    return [
      atMost("100,000 results: first thumbnails", usual.first, firstBoundMs, "ms"),
      atMost("jump to a day, worst", usual.jump, jumpBoundMs, "ms"),
      // Of that 120 ms pass while the page waits whether somebody types on.
      atMost("search, from the last key, worst", usual.search, searchBoundMs, "ms"),
      fact("first thumbnails, none made before", without.first, "ms"),
      fact("jump to a day, none made before, worst", without.jump, "ms"),
      fact("search, none made before, worst", without.search, "ms"),
    ];
  });
}

/** Opens the library in a new window, jumps through it and searches; returns the times, of several the worst. */
async function walkLibrary(bench: Bench): Promise<{ first: number; jump: number; search: number }> {
  const page = await bench.open();
  await page.goto(`${bench.gateway.url}/library`, { waitUntil: "commit" });
  const first = await untilPainted(page);
  await untilCounted(page);
  const jumped: number[] = [];
  for (const share of jumps) {
    await page.evaluate((at) => {
      const slider = document.querySelector<HTMLElement>("[role=slider]");
      const box = slider?.getBoundingClientRect();
      if (slider === null || box === undefined) throw new Error("no scrubber");
      document.documentElement.dataset["mark"] = String(performance.now());
      const place = { clientX: box.left + 5, clientY: box.top + box.height * at };
      const event = { ...place, button: 0, pointerId: 1, bubbles: true };
      slider.setPointerCapture = () => undefined;
      slider.dispatchEvent(new PointerEvent("pointerdown", event));
      slider.dispatchEvent(new PointerEvent("pointerup", event));
    }, share);
    await page.waitForTimeout(0);
    jumped.push(await untilPainted(page));
  }
  const searched: number[] = [];
  for (const word of words) {
    await page.getByRole("searchbox").fill("");
    await page.waitForTimeout(1000);
    await page.evaluate((text) => {
      const field = document.querySelector<HTMLInputElement>("[type=search]");
      if (field === null) throw new Error("no search");
      document.documentElement.dataset["mark"] = String(performance.now());
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }, word);
    await page.waitForURL((url) => url.searchParams.get("q") === word);
    searched.push(await untilPainted(page));
  }
  await page.context().close();
  return { first, jump: Math.max(...jumped), search: Math.max(...searched) };
}

/** Measures sweeping at a speed that no hand reaches. */
export async function measureSweep(): Promise<Figure[]> {
  return await inBrowser({ name: "sweep", isFull: true }, async (bench) => {
    const page = await openFull(bench);
    const session = await page.context().newCDPSession(page);
    const heap = async (): Promise<number> => {
      await session.send("HeapProfiler.collectGarbage");
      const { usedSize } = await session.send("Runtime.getHeapUsage");
      return usedSize / 1024 / 1024;
    };
    // The library's index is read on the first way through it, which is no growth.
    await page.evaluate(sweep, { speed: sweepSpeed, ms: sweepSeconds * 1000 });
    const before = await heap();
    const { gaps, tasks, elements } = await page.evaluate(sweep, {
      speed: sweepSpeed,
      ms: sweepSeconds * 1000,
    });
    const after = await heap();
    return [
      atMost("sweep at 50,000 px/s, frame gap p50", percentile(gaps, 0.5), frameP50Ms, "ms"),
      atMost("frame gap p99", percentile(gaps, 0.99), frameP99Ms, "ms"),
      atMost("longest task", Math.max(0, ...tasks), longestTaskMs, "ms"),
      atMost("elements in the grid", elements, mostElements, "elements"),
      atMost("heap after it", after, heapMebibytes, "MiB"),
      atMost("growth of the heap", (after / before - 1) * 100, heapGrowth, "%"),
    ];
  });
}

/** Sweeps down and up again, in the page. */
async function sweep({ speed, ms }: { speed: number; ms: number }) {
  const box = document.querySelector<HTMLElement>(".library-scroll");
  if (box === null) throw new Error("no grid");
  const gaps: number[] = [];
  const tasks: number[] = [];
  let elements = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  });
  observer.observe({ entryTypes: ["longtask"] });
  const begun = performance.now();
  let last = begun;
  let direction = 1;
  for (;;) {
    const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    if (now - begun > ms) break;
    gaps.push(now - last);
    const end = box.scrollHeight - box.clientHeight;
    if (box.scrollTop >= end - 1) direction = -1;
    if (box.scrollTop <= 0) direction = 1;
    box.scrollTop += (direction * speed * (now - last)) / 1000;
    elements = Math.max(elements, box.querySelectorAll("*").length);
    last = now;
  }
  observer.disconnect();
  return { gaps: gaps.slice(1), tasks, elements };
}

/** Measures whether the last of 100,000 is reached on a phone with three device pixels for one. */
export async function measurePhone(): Promise<Figure[]> {
  return await inBrowser({ name: "phone", isFull: true }, async (bench) => {
    const page = await bench.open({ width: 390, height: 844, pixelRatio: 3 });
    await page.goto(`${bench.gateway.url}/library?size=xl`, { waitUntil: "commit" });
    await page.locator("[role=gridcell] img").first().waitFor();
    await untilCounted(page);
    await page.locator("[role=gridcell]").first().focus();
    const begun = performance.now();
    await page.keyboard.press("End");
    await page.locator("[role=gridcell][data-index='99999'] img").waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.get("asset") === "asset_000000000000");
    await page.getByRole("dialog").locator("img").first().waitFor();
    const took = performance.now() - begun;
    return [atMost("the last of 100,000 opened at device pixel ratio 3", took, 2000, "ms")];
  });
}
