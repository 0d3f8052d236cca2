// The one submission that all measurements on PostgreSQL make.
import type { Jobs } from "@jimeng/gateway";

type NewJob = Parameters<Jobs["create"]>[0][number];

/** Makes a submission for one picture with every choice made. */
export function submission(): NewJob {
  return {
    request: {
      kind: "image",
      model: "jimeng-4.0",
      prompt: "一只可爱的猫咪在花园里玩耍",
      ratio: "1:1",
      resolution: "1k",
      width: 1,
      height: 1,
      count: 1,
      seed: 7,
      sampleStrength: 0.5,
      intelligentRatio: false,
      upstreamCount: 1,
    },
    warnings: [],
    keyId: null,
  };
}
