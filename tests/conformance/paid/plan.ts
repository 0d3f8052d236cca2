// Plans a walk: which steps, with which requests, at which price, and whether the account may pay for them.
import {
  type GenerationRequest,
  JimengError,
  type ModelRequest,
  type PreparedRequest,
  prepareRequest,
} from "@jimeng/sdk";
import { prepareToolRequest } from "@jimeng/sdk/tools";
import { chooseCheapest, type Offers, priceOf, type Wanted } from "./prices.ts";
import { type Materials, type Part, type PlannedStep, type Start, type Step } from "./step.ts";
import { claimStep, historySteps, uploadSteps } from "./steps/free.ts";
import { imageSteps, soundSteps, toolSteps, videoSteps } from "./steps/makes.ts";

/** The limit of a walk where none is given: about what the cheapest walk on cn counts. */
export const defaultMaxCredits = 150;

/** The steps after the question, in their order. */
export const walkSteps: readonly Step[] = [
  ...uploadSteps,
  ...imageSteps,
  ...videoSteps,
  ...toolSteps,
  ...soundSteps,
  ...historySteps,
  claimStep,
];

/** What stands in a request for what is not there yet. */
const placeholders: Materials = {
  picture: { imageUri: "planned", width: 768, height: 768, format: "png" },
  video: { videoId: "planned", width: 1280, height: 720, durationMs: 5000, name: "planned" },
  sound: { audioId: "planned", durationMs: 5000, name: "planned" },
  madePicture: { itemId: "1", historyId: "1" },
  madeVideo: { itemId: "1", historyId: "1" },
  voice: "1",
};

const bringers = {
  madePicture: { step: "image-text", part: "images" },
  madeVideo: { step: "video-text", part: "videos" },
} as const;

/** Plans the chosen parts. */
export function planSteps(chosen: readonly Part[], offers: Offers): PlannedStep[] {
  return walkSteps.map((step) => {
    if (!chosen.includes(step.part)) {
      return { ...without(step, `the part ${step.part} was not chosen`), isChosen: false };
    }
    if (step.start === undefined) return without(step, undefined);
    const { needs } = step.start;
    const missing = (["madePicture", "madeVideo"] as const).find(
      (name) => needs.includes(name) && !chosen.includes(bringers[name].part),
    );
    if (missing !== undefined) {
      const { step: bringer, part } = bringers[missing];
      return without(step, `it needs the result of ${bringer}: choose the part ${part}, too`);
    }
    return planStart(step, step.start, offers);
  });
}

function without(step: Step, unavailable: string | undefined): PlannedStep {
  const none = { build: undefined, price: undefined, description: "" };
  return { step, ...none, isChosen: true, unavailable };
}

function planStart(step: Step, start: Start, offers: Offers): PlannedStep {
  const wanted = start.build(placeholders);
  let build: (materials: Materials) => GenerationRequest;
  if (start.mode === undefined) build = (materials) => start.build(materials) as GenerationRequest;
  else {
    const chosen = chooseCheapest(wanted as Wanted, { ...start, mode: start.mode }, offers);
    if (chosen === undefined) {
      return without(step, `no model of the region ${offers.region} is known to do it`);
    }
    build = (materials) => ({ ...chosen, ...start.build(materials) }) as ModelRequest;
  }
  try {
    const prepared = prepare(build(placeholders), offers);
    return {
      step,
      build: (materials) => prepare(build(materials), offers),
      price: priceOf(prepared, offers.quote),
      description: describe(prepared),
      isChosen: true,
      unavailable: undefined,
    };
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    return without(step, error.message);
  }
}

function prepare(
  request: GenerationRequest,
  { region, models }: Pick<Offers, "region" | "models">,
): PreparedRequest {
  return request.tool === undefined
    ? prepareRequest(request, { region, models }).request
    : prepareToolRequest(request, { region }).request;
}

function describe(request: PreparedRequest): string {
  const { model, resolution } = request;
  const size = resolution === undefined ? [] : [resolution];
  if (request.kind === "image") {
    const { upstreamCount: count } = request;
    return [model, ...size, count === 1 ? "1 picture" : `${count} pictures`].join(", ");
  }
  const seconds = request.durationSeconds;
  return [model, ...size, ...(seconds === undefined ? [] : [`${seconds} s`])].join(", ");
}

/** Returns the credits that are counted for all planned steps together. */
export function countCredits(planned: readonly PlannedStep[]): number {
  return planned.reduce((sum, { price }) => sum + (price?.counted ?? 0), 0);
}

/** Returns why a plan cannot be walked; undefined where it can. */
export function refusalOfPlan(
  planned: readonly PlannedStep[],
  { balance, maxCredits }: { balance: number; maxCredits: number },
): string | undefined {
  const sum = countCredits(planned);
  if (sum > maxCredits) {
    return `the walk may cost ${sum} credits, which is above ${maxCredits}: choose fewer parts with --only, or raise --max-credits`;
  }
  if (sum > balance) {
    return `the walk may cost ${sum} credits, and the account has ${balance}: choose fewer parts with --only`;
  }
  return undefined;
}
