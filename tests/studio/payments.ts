// What one page pressed and what came of it: presses and keys as the page saw them, and the jobs that each key made.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../e2e/processes.ts";
import { watchPresses } from "./presses.ts";
import type { PaidRequest, Presses } from "./presses.ts";

/** The paid requests of one page. */
export interface Payments {
  /** Reads what the page pressed, and the keys that it made for it. */
  readPresses(): Promise<Presses>;
  /** The idempotency keys that reached the gateway, each with the ids of the jobs that it was answered with. */
  jobsOfKeys: Map<string, Set<string>>;
  /** What must not be: paid requests without a key, and a key that made other jobs the second time. */
  faults: string[];
  /** Lets no answer fail from now on. */
  endFaults(): Promise<void>;
  /** Waits until everything that is under way was answered. */
  settle(): Promise<void>;
}

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
  ...readWords("viewer").flatMap(({ makeFor, makeRemix }) => [
    `^${makeFor?.replace("{price}", ".*")}$`,
    `^${makeRemix}$`,
  ]),
  ...readWords("feed").flatMap(({ retry, retryForced }) => [`^${retry}$`, `^${retryForced}$`]),
];

const refusalOf = (code: string, charged: string) => ({
  message: "made to fail",
  type: "api_error",
  param: null,
  code,
  retryable: false,
  charged,
  job_id: null,
  request_id: null,
  fix: null,
});
/** The refusals as the gateway sends them, by their status. */
const refusals = {
  401: refusalOf("unauthorized", "no"),
  403: refusalOf("forbidden", "no"),
  500: refusalOf("internal", "unknown"),
  503: refusalOf("upstream_unavailable", "unknown"),
};

/** Lets answers of a page fail now and then, and notes all that is paid; to be called before the page goes anywhere. */
export async function watchPayments(page: Page, seed: number): Promise<Payments> {
  const jobsOfKeys = new Map<string, Set<string>>();
  const faults: string[] = [];
  const underWay = new Set<Promise<unknown>>();

  /** Sends a paid request, not by the browser: what is under way goes on when the page is loaded anew. */
  async function send({ url, key, body }: PaidRequest): Promise<{ status: number; body: string }> {
    if (key === "") faults.push(`${url} without a key`);
    const known = jobsOfKeys.get(key) ?? new Set();
    jobsOfKeys.set(key, known);
    const headers = {
      "content-type": "application/json",
      ...(key === "" ? {} : { "idempotency-key": key }),
    };
    const response = await fetch(url, { method: "POST", headers, body });
    const text = await response.text();
    const ids = response.ok ? idsOf(text) : [];
    if (known.size > 0 && ids.some((id) => !known.has(id)))
      faults.push(`${key} made other jobs the second time`);
    ids.forEach((id) => known.add(id));
    return { status: response.status, body: text };
  }
  await page.exposeFunction("sendPaid", (request: PaidRequest) => {
    const sending = send(request);
    underWay.add(sending);
    return sending.finally(() => underWay.delete(sending));
  });
  await page.addInitScript(watchPresses, { texts: paidTexts, refusals, seed });
  return {
    async readPresses() {
      const text = await page.evaluate(() => sessionStorage.getItem("presses"));
      return text === null ? { pressed: [], keys: [], repeats: 0 } : (JSON.parse(text) as Presses);
    },
    jobsOfKeys,
    faults,
    endFaults: () => page.evaluate(() => sessionStorage.setItem("faults", "ended")),
    async settle() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

/** Reads the ids of the jobs in an answer. */
function idsOf(text: string): string[] {
  const answer = JSON.parse(text) as { id?: string; data?: { id: string }[] };
  return (answer.data ?? [answer]).flatMap(({ id }) => id ?? []);
}
