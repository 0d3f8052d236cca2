// Computes prices. The real ones are public only in single observations (models.md: 4.0 at 1k cost 1 credit), so these
// numbers are the simulator's own [I].

import type { GenerationPlan } from "../drafts/plan.ts";

const imageCreditsEach: Readonly<Record<string, number>> = {
  "1k": 1,
  "1.5k": 1,
  "2k": 2,
  "4k": 4,
};
const videoCreditsPerSecond: Readonly<Record<string, number>> = {
  "480p": 1,
  "720p": 2,
  "768p": 2,
  "1080p": 4,
  "2k": 6,
  "4k": 8,
};

/** Returns the price in credits of `count` images of a plan, or of the whole video. */
export function priceOf(plan: GenerationPlan, count?: number): number {
  if (plan.kind === "image") {
    return (imageCreditsEach[plan.resolutionType] ?? 2) * (count ?? plan.count);
  }
  return Math.ceil(plan.durationMs / 1000) * (videoCreditsPerSecond[plan.resolution] ?? 2);
}
