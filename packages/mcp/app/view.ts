// Draws one job: its state, its grid of results, and what can be done with them.

import { element } from "./element.ts";
import { isRunning } from "./job.ts";
import type { ShownAsset, ShownJob } from "./job.ts";
import type { Words } from "./words.ts";

/** What is drawn. */
export interface View {
  words: Words;
  job: ShownJob;
  /** Data URLs of previews, by the asset's id; null where there is none to be had. */
  previews: ReadonlyMap<string, string | null>;
  /** The prompt of the call, for those who cannot see the pictures. */
  prompt: string | undefined;
  can: { call: boolean; repeat: boolean; open: boolean; tell: boolean };
  /** The asset that was chosen as reference. */
  chosen: string | undefined;
  isCancelling: boolean;
  isBusy: boolean;
  notice: string | undefined;
}

/** What the person can do. */
export interface Actions {
  cancel(): void;
  again(): void;
  confirm(token: string): void;
  vary(asset: ShownAsset): void;
  asReference(asset: ShownAsset): void;
  open(asset: ShownAsset): void;
}

/** Returns the page of a job. */
export function drawJob(view: View, actions: Actions): HTMLElement {
  const { words, job } = view;
  return element(
    "div",
    { class: "job" },
    element(
      "header",
      {},
      element("h1", {}, job.model ?? words.title),
      element("span", { class: `status ${job.status}` }, words.statuses[job.status] ?? job.status),
      element("span", { class: "cost" }, costText(view)),
    ),
    isRunning(job) && drawProgress(view),
    job.assets.length > 0 &&
      element(
        "ul",
        { class: "grid" },
        ...job.assets.map((asset, at) => drawAsset(view, asset, at, actions)),
      ),
    job.error !== undefined && drawError(job.error, words),
    ...job.warnings.map((warning) => element("p", { class: "warning" }, warning)),
    drawButtons(view, actions),
    element("p", { class: "notice", role: "status" }, view.notice ?? ""),
  );
}

function costText({ words, job }: View): string {
  const { charged, estimated } = job.cost;
  if (charged !== undefined) return words.cost(charged);
  return estimated === undefined ? "" : words.estimated(estimated);
}

function drawProgress({ words, job }: View): HTMLElement {
  const { queue, phase, progress } = job;
  const parts = [
    phase === undefined ? undefined : (words.phases[phase] ?? phase),
    queue === undefined ? undefined : words.queue(queue.position, queue.length),
    queue?.etaSeconds === undefined ? undefined : words.timeLeft(queue.etaSeconds),
    `${Math.round(progress)} %`,
  ];
  return element(
    "div",
    { class: "progress" },
    element("progress", { max: "100", value: String(progress), "aria-label": words.progress }),
    element("span", {}, parts.filter((part) => part !== undefined).join(" · ")),
  );
}

function drawAsset(view: View, asset: ShownAsset, at: number, actions: Actions): HTMLElement {
  const { words, can, chosen, isBusy } = view;
  const name = asset.isVideo ? words.video(at + 1) : words.picture(at + 1);
  const button = (label: string, run: () => void, isOn: boolean): HTMLElement | false =>
    isOn &&
    element(
      "button",
      { type: "button", "aria-label": `${label}: ${name}`, disabled: isBusy, onclick: run },
      label,
    );
  const facts = [
    name,
    asset.size,
    asset.seconds === undefined ? undefined : `${asset.seconds}\u00a0s`,
    chosen === asset.id ? words.chosen : undefined,
  ];
  return element(
    "li",
    { class: chosen === asset.id ? "chosen" : "" },
    drawPreview(view, asset, name),
    element("p", {}, facts.filter((fact) => fact !== undefined).join(" · ")),
    element(
      "div",
      { class: "buttons" },
      button(words.vary, () => actions.vary(asset), can.repeat && !asset.isVideo),
      button(words.asReference, () => actions.asReference(asset), can.tell),
      button(words.open, () => actions.open(asset), can.open && asset.url !== undefined),
    ),
  );
}

function drawPreview(view: View, { id, isVideo }: ShownAsset, name: string): HTMLElement {
  const preview = view.previews.get(id);
  if (typeof preview !== "string")
    return element("div", { class: "empty" }, preview === null ? view.words.noPreview : "…");
  const picture = element("img", { src: preview, alt: altText(view, name) });
  return isVideo ? element("div", { class: "film" }, picture) : picture;
}

function altText({ prompt }: View, name: string): string {
  return prompt === undefined ? name : `${name}: ${prompt}`;
}

function drawError(
  { message, charged, fix }: NonNullable<ShownJob["error"]>,
  words: Words,
): HTMLElement {
  const told = charged === undefined ? undefined : words.charged[charged];
  return element(
    "p",
    { class: "error", role: "alert" },
    [message, told, fix].filter((part) => part !== undefined).join(" "),
  );
}

function drawButtons(view: View, actions: Actions): HTMLElement | false {
  const { words, job, can, isCancelling, isBusy } = view;
  const { confirmToken } = job;
  const button = (label: string, run: () => void, style = ""): HTMLElement =>
    element("button", { type: "button", class: style, disabled: isBusy, onclick: run }, label);
  if (job.status === "needs_confirmation" && confirmToken !== undefined) {
    return element(
      "div",
      { class: "buttons" },
      element("p", {}, words.confirm(job.cost.estimated)),
      can.repeat && button(words.start, () => actions.confirm(confirmToken), "main"),
    );
  }
  if (isRunning(job)) {
    if (!can.call) return false;
    const label = isCancelling ? words.reallyCancel : words.cancel;
    return element(
      "div",
      { class: "buttons" },
      button(label, actions.cancel, isCancelling ? "danger" : ""),
    );
  }
  return (
    can.repeat && element("div", { class: "buttons" }, button(words.again, actions.again, "main"))
  );
}
