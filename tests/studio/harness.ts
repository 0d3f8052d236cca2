// The studio in a real browser against a real gateway with its simulator: one of each for a test file.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, vi } from "vitest";
import { engineHere } from "../chaos/engine-here.ts";
import { type Ground, prepareGround } from "../chaos/engines.ts";
import { chromiumPath, hasChromium, openChromium } from "../clients/chromium.ts";
import {
  type Process,
  fakeSession,
  getJson,
  postJson,
  root,
  scratchFolder,
  startGateway,
  startSimulator,
} from "../e2e/processes.ts";
import { tellNotRun } from "../not-run.ts";
import { updateStudio } from "../../scripts/studio-build.mjs";

/** How the gateway of a file is started. */
export interface StudioOptions {
  environment?: Record<string, string>;
  /** False for a gateway with accounts of its own. */
  simulated?: boolean;
  /** What the draft of a browser without one is: small pictures take the least of two busy cores. */
  draft?: object;
  /** Words for `jimeng simulate`: the gateway then has an account with a simulator of its own. */
  simulator?: string[];
}

/** A studio that is open. */
export interface Studio {
  readonly gateway: Process;
  readonly browser: BrowserContext;
  /** The data folder of the gateway. */
  readonly folder: string;
  /** What went wrong in any page since the last call: errors, and what the console said of them. */
  takeProblems(): string[];
  /** Opens a page at a path of the studio; one that an earlier test left is used again, with nothing of it in the browser. */
  open(path?: string): Promise<Page>;
  /** Opens a page at a path of the studio, signed in with a key. */
  openAs(key: string, path?: string): Promise<Page>;
  /** Reads something of the simulator behind the gateway. */
  askSimulator(path: string): Promise<any>;
  /** Plants a fault in the simulator behind the gateway. */
  plant(fault: object): Promise<void>;
  /** Kills the gateway with SIGKILL. */
  killGateway(): Promise<void>;
  /** Starts the gateway again on the same port and folder. */
  startGatewayAgain(): Promise<void>;
}

// A step that waits in vain says for what, before the time of its test is up; both are generous for two busy cores.
const stepMs = 20_000;
const testMs = 120_000;
const viewport = { width: 1280, height: 900 };
// A page of the same origin that asks for nothing: a page waits there, since a new one takes twice as long to open.
const restingPath = "/healthz";

/** Whether the studio can be tried on this machine. */
export const canRun = hasChromium;
if (!hasChromium) tellNotRun("the studio in a browser", `no Chromium at ${chromiumPath}`);

/** Starts a gateway and a browser before the tests of a file, and ends both after them. */
export function useStudio(options: StudioOptions = {}): Studio {
  const { draft } = options;
  const { engine, postgresUrl } = engineHere();
  // A gateway keeps no made-up jobs on PostgreSQL unless it takes them for real.
  const simulatorWords = options.simulator ?? (engine === "postgres" ? [] : undefined);
  const simulated = simulatorWords === undefined && (options.simulated ?? true);
  const environment = { ...options.environment };
  const data = scratchFolder();
  const problems: string[] = [];
  let resting: Page[] = [];
  let gateway: Process;
  let simulator: Process | undefined;
  let browser: BrowserContext;
  let close: () => Promise<void>;
  let port = "";
  let isKilled = false;
  let ground: Ground | undefined;
  const start = (): Promise<Process> =>
    startGateway(data.path, environment, { simulated, ...(port !== "" && { port }) });
  const startAgain = async (): Promise<void> => {
    gateway = await start();
    isKilled = false;
  };
  const simulatorUrl = (): string => {
    if (simulator !== undefined) return `${simulator.url}/_simulator`;
    const port = readFileSync(join(data.path, "simulator/upstream/port"), "utf8").trim();
    return `http://127.0.0.1:${port}/_simulator`;
  };
  vi.setConfig({ testTimeout: testMs });
  beforeAll(async () => {
    await updateStudio();
    if (engine === "postgres") {
      ground = await prepareGround(engine, postgresUrl);
      const { JIMENG_DATA_DIR: _, ...settings } = ground.settings;
      Object.assign(environment, settings);
    }
    if (simulatorWords !== undefined) {
      simulator = await startSimulator(join(data.path, "upstream"), simulatorWords);
      Object.assign(environment, {
        JIMENG_SESSIONS: fakeSession,
        JIMENG_BASE_URL: simulator.url,
      });
    }
    gateway = await start();
    port = new URL(gateway.url).port;
    ({ browser, close } = await openChromium());
    browser.setDefaultTimeout(stepMs);
    browser.on("page", (page) => watch(page, problems));
    resting = browser.pages();
    for (const page of resting) watch(page, problems);
  }, 60_000);
  const rest = async (page: Page): Promise<void> => {
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.goto(`${gateway.url}${restingPath}`);
    await page.evaluate(() => localStorage.clear());
    await page.setViewportSize(viewport);
    await page.emulateMedia({ forcedColors: null, reducedMotion: null, colorScheme: null });
  };
  // What a failed test leaves behind fails no other: an open page would read the stream of events for the next ones.
  afterEach(async ({ task }) => {
    const pages = browser?.pages() ?? [];
    const [first, ...others] = pages.filter((page) => !resting.includes(page));
    const hasFailed = task.result?.state === "fail";
    if (hasFailed && first !== undefined) await look(first, `failed-${task.id}`);
    if (isKilled) await startAgain();
    await Promise.all(others.map((page) => page.close()));
    if (first === undefined) return;
    if (hasFailed) return await first.close();
    await rest(first);
    resting.push(first);
  });
  afterAll(async () => {
    await close?.();
    await gateway?.stop();
    await simulator?.stop();
    await ground?.remove();
    data.remove();
  });
  const open = async (path = "/", key?: string): Promise<Page> => {
    const page = resting.pop() ?? (await browser.newPage());
    if (!page.url().endsWith(restingPath)) await page.goto(`${gateway.url}${restingPath}`);
    if (draft !== undefined)
      await page.evaluate((text) => {
        localStorage["jimeng.draft"] ??= text;
      }, JSON.stringify(draft));
    if (key !== undefined) {
      const headers = { origin: gateway.url };
      await browser.request.post(`${gateway.url}/v1/sign-in`, {
        data: { key },
        headers,
        failOnStatusCode: true,
      });
    }
    await page.goto(`${gateway.url}${path}`);
    return page;
  };
  return {
    get gateway() {
      return gateway;
    },
    get browser() {
      return browser;
    },
    folder: data.path,
    takeProblems: () => problems.splice(0),
    open,
    openAs: (key, path) => open(path, key),
    askSimulator: (path) => getJson(`${simulatorUrl()}/${path}`),
    async plant(fault) {
      const { status, body } = await postJson(`${simulatorUrl()}/faults`, fault);
      if (status !== 200) throw new Error(`the simulator refused a fault: ${JSON.stringify(body)}`);
    },
    async killGateway() {
      isKilled = true;
      await gateway.kill();
    },
    startGatewayAgain: startAgain,
  };
}

function watch(page: Page, problems: string[]): void {
  page.on("pageerror", (error) => problems.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    // The browser itself tells of every failed request; whether it was handled shows on the page.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      problems.push(`${page.url()}: ${message.text()}`);
  });
}

/** Keeps a picture of the page in the folder that JIMENG_STUDIO_PICTURES names, for a person to look at. */
export async function look(page: Page, name: string): Promise<void> {
  const folder = process.env["JIMENG_STUDIO_PICTURES"];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** The source of axe-core, which `page.evaluate` runs: the page's own policy lets no other script in. */
const axeSource = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");

/** Lists what axe-core finds on a page: one line for each element. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(options: unknown): Promise<{
          violations: { id: string; help: string; nodes: { target: string[]; html: string }[] }[];
        }>;
      };
    };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    // Forced colours are the browser's own choice, which axe-core mixes with those of the page.
    const isForced = matchMedia("(forced-colors: active)").matches;
    const { violations } = await axe.run({
      runOnly: { type: "tag", values: tags },
      rules: { "color-contrast": { enabled: !isForced } },
    });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, html }) => `${id} (${help}): ${target.join(" ")} ${html.slice(0, 120)}`),
    );
  });
}
