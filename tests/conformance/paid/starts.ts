// Posts a start of a walk once, looks it up when its answer is lost, waits for its end and saves its results.
import {
  type Generation,
  type GenerationKind,
  type GenerationOutput,
  type GenerationRequest,
  JimengError,
  type Operation,
} from "@jimeng/sdk";
import { inspect } from "./results.ts";
import { InDoubt, type PostedStart, type Site } from "./step.ts";

// Seconds after a lost answer at which the start is looked up; a record appears within a minute (history.md).
const lookUpSeconds = [1, 2, 4, 8, 15, 30, 60] as const;
const downloadAttempts = 3;
// Sides are rounded to blocks of 16 or 32 pixels.
const ratioSlack = 0.06;

/** A start that the site took, with its handle. */
export type TakenStart = PostedStart & { operation: Operation };

/** Posts a start and returns its handle; throws InDoubt where nobody knows whether the site took it. */
export async function post(site: Site, request: GenerationRequest): Promise<TakenStart> {
  const submitId = crypto.randomUUID();
  const balance = await readBalance(site);
  const start = site.beginStart(submitId);
  start.balances.before = balance;
  site.recorder.permit("generate", submitId);
  try {
    const operation = await site.jimeng.generations.start(request, { submitId });
    return await taken(site, start, operation);
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    if (error.detail.acceptance !== "unknown") {
      start.taken = "no";
      site.writeDown(start);
      throw error;
    }
    const found = await lookUp(site, submitId, request.kind);
    if (found === undefined) {
      throw new InDoubt(
        "the answer to the start was lost and no record showed up; it is not started again",
      );
    }
    site.note("the answer to the start was lost; it was found by its submit id");
    return taken(site, start, found);
  }
}

async function taken(site: Site, start: PostedStart, operation: Operation): Promise<TakenStart> {
  start.taken = "yes";
  start.historyId = operation.historyId;
  site.writeDown(start);
  return Object.assign(start, { operation });
}

async function lookUp(
  site: Site,
  submitId: string,
  kind: GenerationKind,
): Promise<Operation | undefined> {
  let elapsed = 0;
  for (const second of lookUpSeconds) {
    await site.clock.sleep((second - elapsed) * 1000);
    elapsed = second;
    try {
      const found = await site.jimeng.generations.find([submitId], {
        kinds: new Map([[submitId, kind]]),
      });
      const generation = found.get(submitId);
      if (generation !== undefined) return generation.operation;
    } catch (error) {
      if (!JimengError.isInstance(error)) throw error;
    }
  }
  return undefined;
}

/** Reads the balance afresh; null where it cannot be read, which says nothing about the start. */
export async function readBalance({ jimeng }: Pick<Site, "jimeng">): Promise<number | null> {
  try {
    return (await jimeng.credits.retrieve({ fresh: true })).total;
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    return null;
  }
}

/** Waits until a start has ended; throws its error when it failed. */
export async function waitFor(site: Site, start: TakenStart): Promise<Generation> {
  const { jimeng, deadlineMs, pollIntervalMs, interrupted } = site;
  const generation = await jimeng.generations.wait(start.operation, {
    deadlineMs,
    ...(pollIntervalMs === undefined ? {} : { pollIntervalMs }),
    signal: interrupted,
  });
  start.balances.afterEnd = await readBalance(site);
  return generation;
}

/** Starts, waits, saves every result and compares the first with what was asked. */
export async function makeAndSave(
  site: Site,
  name: string,
  request: GenerationRequest,
): Promise<Generation> {
  const start = await post(site, request);
  start.balances.afterStart = await readBalance(site);
  const generation = await waitFor(site, start);
  if (generation.error !== null) throw generation.error;
  site.made.set(name, generation);
  compareWithRequest(site, request, generation.outputs);
  await saveAll(site, name, generation);
  return generation;
}

/** Compares number and shape of the results with what was asked. */
function compareWithRequest(
  site: Site,
  request: GenerationRequest,
  outputs: readonly GenerationOutput[],
): void {
  const asked = "count" in request ? request.count : undefined;
  if (asked !== undefined && outputs.length !== asked) {
    const what = `${asked} asked, ${outputs.length} came`;
    site.differs({ page: "generate.md", path: "the number of results", what });
  }
  const [first] = outputs;
  if (request.tool !== undefined || first === undefined || first.kind === "audio") return;
  const came = first.width !== null && first.height !== null ? [first.width, first.height] : null;
  if (came === null) return;
  const size = came.join("x");
  if (request.kind === "image") {
    const { width, height } = request;
    if (width !== undefined && (width !== came[0] || height !== came[1])) {
      const what = `${width}x${height} asked, ${size} came`;
      site.differs({ page: "sizes.md", path: "the pixels of a picture", what });
    }
    return;
  }
  // With a first frame the site takes the picture's ratio (generate.md).
  if (request.firstFrame !== undefined || request.ratio === undefined) return;
  const [across = 1, down = 1] = request.ratio.split(":").map(Number);
  if (Math.abs(Math.log((came[0]! * down) / (came[1]! * across))) > ratioSlack) {
    const what = `${request.ratio} asked, ${size} came`;
    site.differs({ page: "sizes.md", path: "the ratio of a video", what });
  }
}

/** Saves the results of a generation in full quality where the site has it. */
export async function saveAll(site: Site, name: string, generation: Generation): Promise<void> {
  let outputs = generation.outputs;
  if (generation.operation.kind === "video") {
    try {
      outputs = await site.jimeng.generations.fullQuality(generation);
    } catch (error) {
      if (!JimengError.isInstance(error)) throw error;
      site.note(`the file in full quality could not be read (${error.code}); the preview is kept`);
    }
  }
  for (const [index, output] of outputs.entries()) {
    const bytes = await fetchResult(site, generation, output);
    const { extension, problem, facts } = await inspect(bytes, output);
    const file = site.save(`${name}-${index + 1}.${extension}`, bytes);
    site.note(`${file}: ${facts}`);
    if (problem !== undefined) site.differs(problem);
  }
}

/** Downloads a result; its URL is read again when it does not answer. */
async function fetchResult(
  site: Site,
  generation: Generation,
  output: GenerationOutput,
): Promise<Uint8Array> {
  let url = output.url;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await site.download(url);
    } catch (error) {
      if (!JimengError.isInstance(error) || attempt >= downloadAttempts) throw error;
      await site.clock.sleep(attempt * 2000);
      const fresh = await site.jimeng.generations.retrieve(generation.operation, { fresh: true });
      url = fresh?.outputs.find(({ itemId }) => itemId === output.itemId)?.url ?? url;
    }
  }
}
