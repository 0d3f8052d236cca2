// A user who does anything: presses, types, reloads, goes back and forth, while answers fail now and then. Every seed is one story.
import type { Page } from "playwright-core";

/** The window of a story: wide enough for the docked composer, and small, since most of the time goes into painting it. */
export const windowSize = { width: 900, height: 640 };

/** Returns the next whole number below a limit. */
export type Random = (below: number) => number;

/** Random numbers from a seed: a story that failed can be told again. */
export function randomOf(seed: number): Random {
  let state = (seed * 2_654_435_761 + 1) % 2_147_483_648;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

const keys = [
  "ArrowRight",
  "ArrowDown",
  "ArrowLeft",
  "Enter",
  "Escape",
  "Tab",
  "Delete",
  "Home",
  "End",
  "Control+z",
  "Control+a",
  "Control+k",
  "Control+Enter",
  "Control+ArrowUp",
  ..."n x s i r c d u y / ? + 0 , . g".split(" "),
];
const texts = ["a cat", "小猫", "{red|blue} fox", "<b>", "", "🦊".repeat(20)];
const paths = [
  "/",
  "/",
  "/jobs",
  "/jobs?status=failed",
  "/library",
  "/library?q=cat&size=s",
  "/library?asset=asset_none",
  "/health",
  "/nowhere",
];
const reloadEvery = 80;
const promptMs = 5000;

/** Does one thing; returns what it was. What cannot be done at the moment is passed over. */
export async function doAnything(page: Page, next: Random): Promise<string> {
  // While a page gives way to the next one, there is nothing to act upon.
  return await act(page, next).catch((error: Error) => {
    if (/navigation|detached|Cannot find context/.test(error.message)) return "between two pages";
    throw error;
  });
}

async function act(page: Page, next: Random): Promise<string> {
  if (next(reloadEvery) === 0) {
    // A page that is being loaded already cannot be loaded anew.
    await page.reload({ waitUntil: "commit" }).catch(() => undefined);
    // Half of the time one presses on while the page is not there yet.
    if (next(2) === 0) await page.locator("#content").waitFor();
    return "reload";
  }
  const pick = <Item>(items: readonly Item[]): Item => items[next(items.length)] as Item;
  switch (next(12)) {
    case 0:
      return await goTo(page, pick(paths));
    case 1:
      return await goBack(page);
    case 2: {
      const text = pick(texts);
      await page.keyboard.insertText(text);
      return `type ${text}`;
    }
    case 3:
    case 4:
    case 5: {
      const key = pick(keys);
      await page.keyboard.press(key);
      return `press ${key}`;
    }
    case 6: {
      const [x, y] = [next(windowSize.width), next(windowSize.height)];
      await page.mouse.move(x, y);
      await page.mouse.wheel(0, next(2000) - 1000);
      return `scroll at ${x},${y}`;
    }
    case 7:
      return await makeSomething(page, pick(texts));
    default:
      return await clickSomething(page, next);
  }
}

async function goTo(page: Page, path: string): Promise<string> {
  await page.evaluate((address) => {
    history.pushState(null, "", address);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
  return `go to ${path}`;
}

/** Goes one entry back; not out of the studio. */
async function goBack(page: Page): Promise<string> {
  await page.evaluate(() => {
    if (navigation.currentEntry !== null && navigation.currentEntry.index > 0) history.back();
  });
  return "back";
}

/** What the composer is for, unless something is open: one of twelve things that random presses alone would seldom do. */
export async function makeSomething(page: Page, text: string): Promise<string> {
  if ((await page.locator("dialog[open], #prompt").count()) === 0) {
    await goTo(page, "/");
    // Where one has to sign in first, there is none; at the end of the story there must be.
    await page
      .locator("#prompt")
      .waitFor({ timeout: promptMs })
      .catch(() => undefined);
  }
  const isFocused = await page.evaluate(() => {
    if (document.querySelector("dialog[open]") !== null) return false;
    const field = document.querySelector<HTMLTextAreaElement>("#prompt");
    field?.focus();
    return field !== null;
  });
  if (!isFocused) return "no prompt to write";
  await page.keyboard.insertText(text);
  await page.keyboard.press("Control+Enter");
  return `make ${text}`;
}

/** Presses one of the buttons, cells or fields that can be seen; twice now and then. */
async function clickSomething(page: Page, next: Random): Promise<string> {
  const place = await page.evaluate((number) => {
    const top = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
    const found = [
      ...top.querySelectorAll<HTMLElement>(
        "button:not(:disabled), [role=gridcell], [role=slider], [role=option], input, select, textarea, a[href]",
      ),
    ].filter((element) => {
      const { width, height, top: y, left: x } = element.getBoundingClientRect();
      const isSeen =
        width > 0 && height > 0 && y >= 0 && x >= 0 && y < innerHeight && x < innerWidth;
      // A key that is made would lock this browser out, and other addresses are not the studio.
      const leaves =
        element instanceof HTMLAnchorElement &&
        (element.pathname === "/admin" || !/^\/(jobs|library|health|$)/.test(element.pathname));
      return isSeen && !leaves && !(element instanceof HTMLInputElement && element.type === "file");
    });
    const element = found[number % Math.max(1, found.length)];
    if (element === undefined) return null;
    const { left, top: y, width, height } = element.getBoundingClientRect();
    const name = element.ariaLabel ?? element.textContent ?? "";
    return { x: left + width / 2, y: y + height / 2, name: name.slice(0, 40) };
  }, next(1_000_000));
  if (place === null) return "nothing to press";
  const clickCount = next(10) === 0 ? 2 : 1;
  await page.mouse.click(place.x, place.y, { clickCount });
  return `press on ${place.name}${clickCount === 2 ? " twice" : ""}`;
}
