// Chooses the cheapest request of a kind that the region offers, by the charges that are known.
import {
  type Model,
  type ModelMode,
  type ModelRequest,
  modelIn,
  type PreparedRequest,
  prepareRequest,
  type Region,
} from "@jimeng/sdk";

/** Returns what a request is expected to cost; null where nobody measured it. */
export type Quote = (request: PreparedRequest) => number | null;

/** What a start is expected to cost. */
export interface Price {
  /** Credits by the estimate; null where nobody measured it. */
  credits: number | null;
  /** Credits that are counted for it: the estimate, else a cautious number of our own. */
  counted: number;
}

/** The account's region and models. */
export interface Offers {
  region: Region;
  /** The live list, merged into the built-in one. */
  models: readonly Model[];
  /** Whether the balance showed a membership. */
  isMember: boolean;
  quote: Quote;
}

/** What is counted for a start that nobody measured [I]: more than anything of its kind at its smallest has cost. */
const countedWhenUnknown = { image: 10, video: 100, audio: 50, speech: 10 } as const;

/** Returns the price of a request. */
export function priceOf(request: PreparedRequest, quote: Quote): Price {
  const credits = quote(request);
  const cautious = countedWhenUnknown[request.tool === "speech" ? "speech" : request.kind];
  return { credits, counted: credits ?? cautious };
}

/** A request without what is chosen for it. */
export type Wanted = Omit<ModelRequest, "model" | "resolution" | "count" | "durationSeconds">;

/**
 * Returns the cheapest request of a mode: by the known prices, and by the counted number where none is known; with
 * `isPriced` the cheapest of those that cost something. Undefined where the region offers no such model.
 */
export function chooseCheapest(
  wanted: Wanted,
  { mode, isPriced = false }: { mode: ModelMode; isPriced?: boolean },
  offers: Offers,
): ModelRequest | undefined {
  const { region, isMember, quote, models } = offers;
  let best: { request: ModelRequest; order: number[] } | undefined;
  for (const [place, model] of models.entries()) {
    const isOffered = model.kind === wanted.kind && model.modelKeys[region] !== undefined;
    if (!isOffered || model.status !== "live" || !model.modes.includes(mode)) continue;
    if (model.membersOnly === true && !isMember) continue;
    for (const request of smallestOf(wanted, modelIn(model, region))) {
      const { request: prepared } = prepareRequest(request, { region, models });
      const { credits, counted } = priceOf(prepared, quote);
      // Known prices first, then few and short results, then the order of the list.
      const amount = prepared.kind === "image" ? prepared.upstreamCount : prepared.durationSeconds;
      const isUnwanted = isPriced && credits === 0 ? 1 : 0;
      const order = [isUnwanted, credits === null ? 1 : 0, counted, amount, place];
      if (best === undefined || isBefore(order, best.order)) best = { request, order };
    }
  }
  return best?.request;
}

/** Lists the requests of a model with its fewest results, at each resolution and, for videos, each length. */
function smallestOf(wanted: Wanted, model: Model): ModelRequest[] {
  const sizes = model.resolutions.map((resolution) => ({ model: model.id, resolution }));
  if (wanted.kind === "image") {
    const count = Math.min(...model.counts.options);
    return sizes.map((size) => ({ ...wanted, ...size, count }) as ModelRequest);
  }
  return sizes.flatMap((size) =>
    model.durationsSeconds.map(
      (durationSeconds) => ({ ...wanted, ...size, durationSeconds }) as ModelRequest,
    ),
  );
}

function isBefore(order: readonly number[], other: readonly number[]): boolean {
  const differs = order.findIndex((value, index) => value !== other[index]);
  return differs !== -1 && order[differs]! < other[differs]!;
}
