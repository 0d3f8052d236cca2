// The page of a job inside a chat: it follows the job through the host's bridge and reaches nothing else.

import { connectHost } from "./bridge.ts";
import type { Host, ToolAnswer } from "./bridge.ts";
import { element } from "./element.ts";
import type { HostContext } from "./host-context.ts";
import { isRunning, readJob } from "./job.ts";
import type { ShownAsset, ShownJob } from "./job.ts";
import { applyContext } from "./theme.ts";
import { textOf } from "./values.ts";
import { drawJob } from "./view.ts";
import { wordsFor } from "./words.ts";

const pollMs = 2000;
const previewEdge = 512;
const previewAgainMs = 3000;
const maxPreviewAttempts = 6;

const main = document.body.appendChild(element("main"));
let host: Host | undefined;
let context: HostContext = {};
let toolArguments: Record<string, unknown> | undefined;
let latest: ToolAnswer | undefined;
let job: ShownJob | undefined;
let chosen: string | undefined;
let notice: string | undefined;
let isCancelling = false;
let isBusy = false;
let timer: ReturnType<typeof setTimeout> | undefined;
const previews = new Map<string, string | null>();
const previewAttempts = new Map<string, number>();
const previewTimers = new Set<ReturnType<typeof setTimeout>>();

/** Returns the words of the host's language. */
const words = () => wordsFor(context.locale ?? navigator.language);

/** Returns the name of the tool that made the job. */
function toolName(): string {
  const name = context.toolInfo?.tool.name;
  if (name?.startsWith("generate_") === true) return name;
  return job?.assets.some(({ isVideo }) => isVideo) === true ? "generate_video" : "generate_image";
}

function draw(): void {
  if (job === undefined) {
    main.replaceChildren(element("p", { role: "status" }, notice ?? words().waiting));
    return;
  }
  const hasTools = host?.capabilities.serverTools !== undefined;
  const focused =
    document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent;
  const view = {
    words: words(),
    job,
    previews,
    prompt: textOf(toolArguments?.["prompt"]),
    can: {
      call: hasTools,
      repeat: hasTools && textOf(toolArguments?.["prompt"]) !== undefined,
      open: host?.capabilities.openLinks !== undefined,
      tell:
        host?.capabilities.updateModelContext !== undefined ||
        host?.capabilities.message !== undefined,
    },
    chosen,
    isCancelling,
    isBusy,
    notice,
  };
  main.replaceChildren(
    drawJob(view, {
      cancel: () => void cancel(),
      again: () => void start({ again: true }),
      confirm: (token) => void start({ ...lastChanges, confirm_token: token }),
      vary: (asset) => void start({ again: true, references: [asset.id] }),
      asReference: (asset) => void chooseReference(asset),
      open: (asset) => void attempt(({ openLink }) => openLink(asset.url ?? "")),
    }),
  );
  // A redrawn page must not take the keyboard's place away.
  [...main.querySelectorAll("button")]
    .find((button) => (button.getAttribute("aria-label") ?? button.textContent) === focused)
    ?.focus();
}

function show(answer: ToolAnswer): void {
  latest = answer;
  const read = readJob(answer);
  if (read === undefined) return;
  // What was not started has no results of its own: those of the job before stay.
  job = read.id === undefined && job !== undefined ? { ...read, assets: job.assets } : read;
  if (!isRunning(job)) isCancelling = false;
  draw();
  void loadPreviews();
  clearTimeout(timer);
  if (isRunning(job) && host?.capabilities.serverTools !== undefined)
    timer = setTimeout(() => void poll(), pollMs);
}

/** Asks for the job; a failure is tried again, since the job goes on whatever happens to this page. */
async function poll(): Promise<void> {
  const id = job?.id;
  if (host === undefined || id === undefined) return;
  try {
    const answer = await host.callTool("get_job", { job_id: id });
    if (job?.id === id) show(answer);
  } catch {
    timer = setTimeout(() => void poll(), pollMs);
  }
}

async function loadPreviews(): Promise<void> {
  if (host?.capabilities.serverTools === undefined) return;
  for (const asset of job?.assets ?? []) {
    if (previewAttempts.has(asset.id)) continue;
    previewAttempts.set(asset.id, 0);
    await loadPreview(host, asset);
  }
}

/** Asks for the preview of a result; that of a video is made some seconds after the video. */
async function loadPreview(from: Host, asset: ShownAsset): Promise<void> {
  const { id, isVideo } = asset;
  const attempts = (previewAttempts.get(id) ?? 0) + 1;
  previewAttempts.set(id, attempts);
  const given = { asset_id: id, max_edge: previewEdge };
  // The page says that there is no preview.
  const answer = await from.callTool("preview_asset", given).catch(() => undefined);
  const picture = answer?.picture;
  if (picture !== undefined) previews.set(id, `data:${picture.mimeType};base64,${picture.data}`);
  else if (isVideo && attempts < maxPreviewAttempts)
    previewTimers.add(setTimeout(() => void loadPreview(from, asset), previewAgainMs));
  else previews.set(id, null);
  draw();
}

let lastChanges: Record<string, unknown> = {};

/** Calls the tool of this job with its arguments and some changes; what comes of it takes the place of the job. */
async function start(changes: Record<string, unknown>): Promise<void> {
  lastChanges = changes;
  await attempt(async ({ callTool, tellModel }) => {
    const { confirm_token: _, ...repeated } = toolArguments ?? {};
    const answer = await callTool(toolName(), { ...repeated, wait_seconds: 0, ...changes });
    show(answer);
    const id = textOf(answer.structured["job_id"]);
    if (id === undefined) return;
    // A model that is not told goes on without it; the job is there all the same.
    await tellModel(`The person started ${id} from the page of the job.`).catch(() => undefined);
  });
}

async function cancel(): Promise<void> {
  if (!isCancelling) {
    isCancelling = true;
    draw();
    return;
  }
  await attempt(async ({ callTool }) => show(await callTool("cancel_job", { job_id: job?.id })));
}

async function chooseReference({ id }: ShownAsset): Promise<void> {
  await attempt(async ({ tellModel }) => {
    const text = `The person chose ${id} as the reference for what comes next: pass it in references.`;
    await tellModel(text);
    chosen = id;
  });
}

/** Does what the person asked for, and says so where it did not work. */
async function attempt(work: (host: Host) => Promise<unknown>): Promise<void> {
  if (host === undefined) return;
  isBusy = true;
  notice = undefined;
  draw();
  try {
    await work(host);
  } catch (error) {
    notice = `${words().failed}: ${error instanceof Error ? error.message : words().hostCannot}`;
  }
  isBusy = false;
  draw();
}

function change(changes: HostContext): void {
  context = { ...context, ...changes };
  applyContext(changes, words());
  draw();
}

/** Goes on with what the host has told of itself. */
function connect(found: Host): void {
  host = found;
  change(found.context);
}

change({});
const connected = await connectHost({
  toolInput(given) {
    toolArguments = given;
    draw();
  },
  toolResult: show,
  toolCancelled() {
    notice = words().statuses["cancelled"];
    draw();
  },
  contextChanged: change,
  teardown() {
    clearTimeout(timer);
    for (const each of previewTimers) clearTimeout(each);
  },
});
connect(connected);
// An answer that came before the host told what it can do.
if (latest !== undefined) show(latest);
new ResizeObserver(() => {
  const { scrollWidth, offsetHeight } = document.documentElement;
  connected.sizeChanged(scrollWidth, offsetHeight);
}).observe(document.documentElement);
