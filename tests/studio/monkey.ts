// A user who does anything: presses, types, goes back and forth, while answers fail now and then. Every seed is one story.
import type { Page } from "playwright-core";

/** Random numbers from a seed: a story that failed can be told again. */
export function randomOf(seed: number): (below: number) => number {
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
  "x",
  "s",
  "i",
  "r",
  "c",
  "/",
  "?",
  "Delete",
  "Control+z",
  "Control+a",
  "Home",
  "End",
  "+",
  "0",
];
const texts = ["a cat", "小猫", "{red|blue} fox", "<b>", "", "🦊".repeat(20)];
const paths = ["/", "/jobs", "/library", "/library?q=cat&size=s", "/library?asset=asset_none"];

/** Does one thing; returns what it was. What cannot be done at the moment is passed over. */
export async function doAnything(page: Page, next: (below: number) => number): Promise<string> {
  const pick = <Item>(items: readonly Item[]): Item => items[next(items.length)] as Item;
  switch (next(10)) {
    case 0: {
      const path = pick(paths);
      await page.evaluate((address) => {
        history.pushState(null, "", address);
        dispatchEvent(new PopStateEvent("popstate"));
      }, path);
      return `go to ${path}`;
    }
    case 1:
      await page.goBack({ waitUntil: "commit" });
      // Before the first page of a tab there is an empty one.
      if (page.url() === "about:blank") await page.goForward({ waitUntil: "commit" });
      return "back";
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
      const [x, y] = [next(1280), next(900)];
      await page.mouse.move(x, y);
      await page.mouse.wheel(0, next(2000) - 1000);
      return `scroll at ${x},${y}`;
    }
    default:
      return await clickSomething(page, next);
  }
}

/** Presses one of the buttons, cells or fields that can be seen; a link that leaves the page is not one. */
async function clickSomething(page: Page, next: (below: number) => number): Promise<string> {
  const place = await page.evaluate((number) => {
    const top = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
    const found = [
      ...top.querySelectorAll<HTMLElement>(
        "button:not(:disabled), [role=gridcell], [role=slider], input, textarea, a[href]",
      ),
    ].filter((element) => {
      const { width, height, top: y, left: x } = element.getBoundingClientRect();
      const isSeen =
        width > 0 && height > 0 && y >= 0 && x >= 0 && y < innerHeight && x < innerWidth;
      const leaves = element instanceof HTMLAnchorElement && !element.pathname.startsWith("/l");
      return isSeen && !leaves && !(element instanceof HTMLInputElement && element.type === "file");
    });
    const element = found[number % Math.max(1, found.length)];
    if (element === undefined) return null;
    const { left, top: y, width, height } = element.getBoundingClientRect();
    const name = element.ariaLabel ?? element.textContent ?? "";
    return { x: left + width / 2, y: y + height / 2, name: name.slice(0, 40) };
  }, next(1_000_000));
  if (place === null) return "nothing to press";
  await page.mouse.click(place.x, place.y, { button: "left" });
  return `press on ${place.name}`;
}
