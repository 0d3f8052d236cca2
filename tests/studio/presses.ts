// Counts in the page itself what is pressed and which keys are made for it. It runs there before anything else.

/** What a page pressed so far, also before it was loaded anew. */
export interface Presses {
  /** The texts of the buttons that cost something, as the page took their presses. */
  pressed: string[];
  /** The idempotency keys of its paid requests, each once, whether or not they left the browser. */
  keys: string[];
  /** Presses that used the key of an earlier one again, after a refusal or where nothing was answered. */
  repeats: number;
}

/** A request that costs something. */
export interface PaidRequest {
  url: string;
  key: string;
  body: string;
}

/** What a page is watched by. */
export interface WatchOptions {
  /** Patterns of the texts of buttons that cost something. */
  texts: string[];
  /** What the gateway says instead of an answer, by the status. */
  refusals: Record<number, object>;
  /** Where the random numbers begin. */
  seed: number;
}

/** Counts presses and keys in the page, and lets answers fail; it uses nothing from outside of itself. */
export function watchPresses({ texts, refusals, seed }: WatchOptions): void {
  // The browser may run this twice in one page.
  if ("watchesPresses" in globalThis) return;
  Object.assign(globalThis, { watchesPresses: true });

  const note = (change: (before: Presses) => Partial<Presses>): void => {
    const text = sessionStorage.getItem("presses") ?? '{"pressed":[],"keys":[],"repeats":0}';
    const before = JSON.parse(text) as Presses;
    sessionStorage.setItem("presses", JSON.stringify({ ...before, ...change(before) }));
  };
  const textOf = ({ textContent }: Element): string => textContent.trim();
  const notePress = (button: Element): void =>
    note(({ pressed }) => ({ pressed: [...pressed, textOf(button)] }));
  const isOpen = ({ disabled, ariaDisabled }: HTMLButtonElement): boolean =>
    !disabled && ariaDisabled !== "true";
  const isPaid = (button: HTMLButtonElement): boolean =>
    texts.some((text) => new RegExp(text).test(textOf(button)));
  const inCapture = { capture: true };
  addEventListener(
    "click",
    ({ target, detail }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      // What a form sends is noted when it is sent.
      if (button?.type === "button" && detail < 2 && isOpen(button) && isPaid(button))
        notePress(button);
    },
    inCapture,
  );
  addEventListener(
    "submit",
    ({ target }) => {
      const button = target instanceof Element ? target.querySelector("button[type=submit]") : null;
      if (button instanceof HTMLButtonElement && isPaid(button)) notePress(button);
    },
    inCapture,
  );
  addEventListener(
    "keydown",
    ({ key, ctrlKey, repeat, target }) => {
      if (key !== "Enter" || !ctrlKey || repeat) return;
      if (!(target instanceof Element) || target.id !== "prompt") return;
      const button = document.querySelector<HTMLButtonElement>("[aria-describedby=make-facts]");
      if (button !== null && isOpen(button)) notePress(button);
    },
    inCapture,
  );

  /** Returns the next whole number below a limit; they go on in the next page. */
  const next = (below: number): number => {
    const before = Number(sessionStorage.getItem("random") ?? seed);
    const state = (before * 1_103_515_245 + 12_345) % 2_147_483_648;
    sessionStorage.setItem("random", String(state));
    return Math.floor((state / 2_147_483_648) * below);
  };
  const faultEvery = 15;
  const maxLateMs = 500;
  const kinds = ["cut", "lost", "late", "away", ...Object.keys(refusals)];
  const failing = (): string | undefined =>
    sessionStorage.getItem("faults") === "ended" || next(faultEvery) > 0
      ? undefined
      : kinds[next(kinds.length)];
  /** Answers a request with a fault; `send` lets it through. */
  const answer = async (fault: string | undefined, send: () => Promise<Response>) => {
    if (fault === "late") await new Promise((resolve) => setTimeout(resolve, next(maxLateMs)));
    if (fault === undefined || fault === "late") return await send();
    // A stream that nobody reads would stay open.
    if (fault === "lost") void (await send()).body?.cancel();
    if (fault === "lost" || fault === "cut") throw new TypeError("Failed to fetch");
    // What a proxy says while the gateway behind it is away.
    if (fault === "away") return new Response("Bad gateway", { status: 502 });
    return Response.json({ error: refusals[Number(fault)] }, { status: Number(fault) });
  };

  // Ctrl+Enter on a link opens another tab, which would go on with presses of this one unwatched.
  addEventListener(
    "keydown",
    (event) => {
      const isOnLink = event.target instanceof Element && event.target.closest("a") !== null;
      if (event.key === "Enter" && event.ctrlKey && isOnLink) event.preventDefault();
    },
    inCapture,
  );

  // Presses that this page was refused: only a press sends their keys again. A page that is loaded anew forgets them.
  const refused = new Set<string>();
  const { fetch: fetchOf, sendPaid } = globalThis as unknown as {
    fetch: typeof fetch;
    sendPaid: (request: PaidRequest) => Promise<{ status: number; body: string }>;
  };
  const pay = async (url: URL, init: RequestInit): Promise<Response> => {
    const key = new Headers(init.headers).get("idempotency-key") ?? "";
    const press = key.replace(/-\d+$/, "");
    note(({ keys, repeats }) => {
      // A retry that was not answered is sent again by a press alone, also in a page that was loaded anew.
      const isRepeat = url.pathname.endsWith("/retry") ? keys.includes(key) : refused.delete(press);
      return { keys: [...new Set([...keys, key])], repeats: repeats + (isRepeat ? 1 : 0) };
    });
    const response = await answer(failing(), async () => {
      const body = typeof init.body === "string" ? init.body : "{}";
      const { status, body: text } = await sendPaid({ url: url.href, key, body });
      return new Response(text, { status, headers: { "content-type": "application/json" } });
    });
    // A proxy's answer is none of the gateway: the page asks again by itself.
    const isAnswer = response.headers.get("content-type")?.includes("json") === true;
    if (!response.ok && isAnswer) refused.add(press);
    return response;
  };
  globalThis.fetch = async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    const isPaid = /\/v1\/jobs(\/batch|\/[^/]+\/retry)?$/.test(url.pathname);
    if (init.method === "POST" && isPaid) return await pay(url, init);
    const send = () => fetchOf(input, init);
    return await (url.pathname.includes("/v1/") ? answer(failing(), send) : send());
  };
}
