// Computes prices. Measured charges of single jobs are used where there are any (credit-history.md); the other numbers are the
// simulator's own [I].

import type { GenerationPlan, ImagePlan, VideoPlan } from "../drafts/plan.ts";

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

/** Measured credits of one picture by model and resolution; `any` stands for those that were not measured. */
const measuredImages: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  high_aes_general_v50: { "2k": 0 },
  high_aes_general_v50p_large: { any: 8 },
  high_aes_general_v50_flash: { any: 3 },
  jm_image_model_yc_mj82: { "1k": 5, "2k": 7 },
};

/** Measured credits of 5 seconds at 720p; other resolutions follow the own table [I]. */
const measuredVideos: Readonly<Record<string, number>> = {
  dreamina_seedance_40_mini: 24,
  dreamina_seedance_40_vision: 30,
  dreamina_seedance_40_pro_vision: 70,
  dreamina_seedance_45_pro: 60,
};
/** Measured credits of 5 seconds of a sample, which is always 480p. */
const sampleCredits = { key: "dreamina_seedance_45_pro_draft", credits: 45 };
const measuredSeconds = 5;

function imagePrice(plan: ImagePlan, count: number): number {
  const measured = measuredImages[plan.modelKey];
  const each = measured?.[plan.resolutionType] ?? measured?.["any"];
  return (each ?? imageCreditsEach[plan.resolutionType] ?? 2) * count;
}

function videoPrice(plan: VideoPlan): number {
  const seconds = Math.ceil(plan.durationMs / 1000);
  const perSecond = videoCreditsPerSecond[plan.resolution] ?? 2;
  const measured = measuredVideos[plan.modelKey];
  if (plan.modelKey === sampleCredits.key) {
    return Math.ceil((sampleCredits.credits * seconds) / measuredSeconds);
  }
  if (measured === undefined) return seconds * perSecond;
  return Math.ceil((measured * seconds * perSecond) / (measuredSeconds * 2));
}

/** Returns the price in credits of `count` images of a plan, or of the whole video or piece of music. */
export function priceOf(plan: GenerationPlan, count?: number): number {
  if (plan.kind === "audio") return plan.fixedCredits;
  if (plan.fixedCredits !== undefined) return plan.fixedCredits;
  return plan.kind === "image" ? imagePrice(plan, count ?? plan.count) : videoPrice(plan);
}
