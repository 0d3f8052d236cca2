// What one page pressed and what came of it: presses as the browser saw them, requests with their keys, and the jobs of each key.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page, Request, Route } from "playwright-core";
import { root } from "../e2e/processes.ts";
import type { Random } from "./monkey.ts";

/** The paid requests of one page. */
export interface Payments {
  /** Counts the presses of buttons that cost something, as the page took them. */
  countPresses(): Promise<number>;
  /** The idempotency keys of its paid requests, each with the ids of the jobs that it was answered with. */
  jobsOfKeys: Map<string, Set<string>>;
  /** How often a key was sent anew after a final refusal: each is one press more of the same. */
  repeats(): number;
  /** What must not be: paid requests without a key, and one key that made different jobs. */
  faults: string[];
}

const faultEvery = 15;
const kinds = ["cut", "lost", "late", 500, 503, 401, 403] as const;
const maxLateMs = 500;
const paidPath = /\/v1\/jobs(\/batch|\/[^/]+\/retry)?$/;

function readWords(room: string): Record<string, string>[] {
  return ["en", "zh"].map(
    (language) =>
      JSON.parse(
        readFileSync(join(root, `packages/studio/messages/${room}.${language}.json`), "utf8"),
      ) as Record<string, string>,
  );
}

/** The texts of the buttons that cost something; one may go on with a price. */
const paidTexts = [
  ...readWords("create").map(({ make }) => `^${make}$`),
  ...readWords("viewer").map(({ makeFor }) => `^${makeFor?.replace("{price}", ".*")}$`),
  ...readWords("feed").flatMap(({ retry, retryForced }) => [`^${retry}$`, `^${retryForced}$`]),
];

/** Counts presses in the page itself, also across reloads; runs there before anything else. */
function watchPresses(texts: string[]): void {
  // The browser may run this twice in one page.
  if ("presses" in globalThis) return;
  Object.assign(globalThis, { presses: texts });
  const note = (): void => {
    const count = Number(sessionStorage.getItem("presses") ?? 0);
    sessionStorage.setItem("presses", String(count + 1));
  };
  const isOpen = (button: HTMLButtonElement | null): boolean =>
    button !== null && !button.disabled && button.ariaDisabled !== "true";
  const isPaid = ({ textContent, type }: HTMLButtonElement): boolean =>
    type === "button" && texts.some((text) => new RegExp(text).test(textContent.trim()));
  const inCapture = { capture: true };
  addEventListener(
    "click",
    ({ target, detail }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (button !== null && detail < 2 && isOpen(button) && isPaid(button)) note();
    },
    inCapture,
  );
  addEventListener(
    "submit",
    ({ target }) => {
      if (target instanceof Element && target.matches("dialog form:has(textarea)")) note();
    },
    inCapture,
  );
  addEventListener(
    "keydown",
    ({ key, ctrlKey, repeat, target }) => {
      if (key !== "Enter" || !ctrlKey || repeat) return;
      if (!(target instanceof Element) || target.id !== "prompt") return;
      if (isOpen(document.querySelector("button[aria-describedby=make-facts]"))) note();
    },
    inCapture,
  );
}

/** Lets answers of a page fail now and then, and notes all that is paid; to be called before the page goes anywhere. */
export async function watchPayments(page: Page, next: Random): Promise<Payments> {
  const jobsOfKeys = new Map<string, Set<string>>();
  const refused = new Set<string>();
  const faults: string[] = [];
  let repeats = 0;
  const keyOf = (request: Request): string => request.headers()["idempotency-key"] ?? "";
  const isPaid = (request: Request): boolean =>
    request.method() === "POST" && paidPath.test(new URL(request.url()).pathname);

  function noteAnswer(key: string, text: string): void {
    const answer = JSON.parse(text) as { id?: string; data?: { id: string }[] };
    const ids = (answer.data ?? [answer]).flatMap(({ id }) => id ?? []);
    const known = jobsOfKeys.get(key) ?? new Set();
    if (known.size > 0 && ids.some((id) => !known.has(id)))
      faults.push(`the key ${key} made other jobs the second time`);
    ids.forEach((id) => known.add(id));
  }
  /** Lets a paid request through and notes what it made, also where the page does not hear of it. */
  async function pay(route: Route, isHeard: boolean): Promise<void> {
    const request = route.request();
    const response = await route.fetch();
    if (response.ok()) noteAnswer(keyOf(request), await response.text());
    else refused.add(keyOf(request));
    await (isHeard ? route.fulfill({ response }) : loseAnswer(route));
  }
  async function loseAnswer(route: Route): Promise<void> {
    const request = route.request();
    // Only a retry is not sent again by itself.
    if (isPaid(request) && request.url().endsWith("/retry")) refused.add(keyOf(request));
    await route.abort();
  }

  await page.addInitScript(watchPresses, paidTexts);
  async function handle(route: Route): Promise<void> {
    const request = route.request();
    const paid = isPaid(request);
    if (paid) {
      const key = keyOf(request);
      if (key === "") faults.push(`${request.url()} without a key`);
      if (!jobsOfKeys.has(key)) jobsOfKeys.set(key, new Set());
      if (refused.delete(key)) repeats += 1;
    }
    const fault = next(faultEvery) > 0 ? undefined : kinds[next(kinds.length)];
    if (fault === undefined) return await (paid ? pay(route, true) : route.continue());
    if (fault === "late") await sleep(next(maxLateMs));
    if (fault === "late" || fault === "lost")
      return await (paid ? pay(route, fault === "late") : route.continue());
    if (fault === "cut") return await loseAnswer(route);
    if (paid) refused.add(keyOf(request));
    const error = { message: "made to fail", code: "internal", type: "api_error" };
    return await route.fulfill({ status: fault, json: { error } });
  }

  await page.addInitScript(watchPresses, paidTexts);
  // A page that was left meanwhile wants no answer any more.
  await page.route(/\/v1\/(?!assets\/[^/]+\/content)/, (route) =>
    handle(route).catch(() => undefined),
  );
  return {
    countPresses: () => page.evaluate(() => Number(sessionStorage.getItem("presses") ?? 0)),
    jobsOfKeys,
    repeats: () => repeats,
    faults,
  };
}
