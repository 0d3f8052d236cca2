// How much the page weighs, and how soon it can be used.
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync, gzipSync } from "node:zlib";
import { updateStudio } from "../../scripts/studio-build.mjs";
import { atMost, median, type Figure } from "../figures.ts";
import { inBrowser } from "./browser.ts";

const dist = fileURLToPath(new URL("../../packages/studio/dist/", import.meta.url));
const kilobyte = 1000;
const scriptBound = 65;
const styleBound = 12;
const allBound = 160;
const usableBoundMs = 600;
const slowedBoundMs = 1500;
const slowness = 4;
const runs = 5;

/** Measures the files of the page, compressed with gzip. */
export async function measureWeight(): Promise<Figure[]> {
  await updateStudio();
  const page = readFileSync(`${dist}index.html`, "utf8");
  // Files of more than a few bytes are kept compressed with Brotli.
  const read = (name: string): Buffer => {
    const bytes = readFileSync(`${dist}studio/${name}`);
    return name.endsWith(".br") ? brotliDecompressSync(bytes) : bytes;
  };
  const sizeOf = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + gzipSync(read(name)).length, 0) / kilobyte;
  const files = readdirSync(`${dist}studio`);
  const scripts = files.filter((name) => /\.js(\.br)?$/.test(name));
  const styles = files.filter((name) => /\.css(\.br)?$/.test(name));
  const isFirst = (name: string): boolean => page.includes(name.replace(/\.br$/, ""));
  return [
    atMost("first load, JavaScript, gzip", sizeOf(scripts.filter(isFirst)), scriptBound, "kB"),
    atMost("first load, CSS, gzip", sizeOf(styles.filter(isFirst)), styleBound, "kB"),
    atMost("all JavaScript, gzip", sizeOf(scripts), allBound, "kB"),
  ];
}

/** Measures from the navigation until the prompt takes words. */
export async function measureFirstLoad(): Promise<Figure[]> {
  return await inBrowser({ name: "usable" }, async ({ gateway, open }) => {
    const usable = async (rate: number): Promise<number> => {
      const took: number[] = [];
      for (let run = 0; run < runs; run++) {
        const page = await open();
        const session = await page.context().newCDPSession(page);
        await session.send("Emulation.setCPUThrottlingRate", { rate });
        await page.goto(gateway.url, { waitUntil: "commit" });
        await page.locator("#prompt").waitFor();
        took.push(await page.evaluate(() => performance.now()));
        await page.context().close();
      }
      return median(took);
    };
    return [
      atMost("usable, as it is", await usable(1), usableBoundMs, "ms"),
      atMost(`usable, CPU slowed ${slowness}×`, await usable(slowness), slowedBoundMs, "ms"),
    ];
  });
}
