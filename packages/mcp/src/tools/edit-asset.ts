// The tool that works on a stored result: enlarges it, extends it, repairs its details, interpolates its frames.

import type { JobBodyInput } from "@jimeng/gateway/api";
import * as z from "zod";

import { shownByJobApp } from "../app/job-app.ts";
import { jobOutput } from "../results/output-schema.ts";
import { startJobs } from "../spending/start-jobs.ts";
import { answerJobs } from "../waiting/answer-jobs.ts";
import { present, shortText, startFields } from "./arguments.ts";
import { defineTool, generating } from "./tool.ts";

const operations = ["upscale", "outpaint", "refine", "interpolate"] as const;

/** Works on a stored result. */
export const editAsset = defineTool({
  name: "edit_asset",
  title: "Work on a result",
  description:
    "Works on a stored result: upscale (with resolution: smart HD), outpaint (needs ratio), refine its details, or interpolate a video's frames.",
  arguments: z.strictObject({
    asset_id: z.string().regex(/^asset_[\w-]{1,100}$/, { error: "must be an asset's id" }),
    operation: z.enum(operations),
    ratio: shortText.optional(),
    resolution: shortText.optional(),
    ...startFields,
  }),
  annotations: generating,
  output: jobOutput,
  meta: shownByJobApp,
  async run(input, call) {
    const started = await startJobs(call, toBody(input), input);
    return "answer" in started ? started.answer : answerJobs(call, started, input.wait_seconds);
  },
});

function toBody(input: {
  asset_id: string;
  operation: (typeof operations)[number];
  ratio?: string;
  resolution?: string;
  account?: string;
}): JobBodyInput {
  const { asset_id: image, operation, ratio, resolution, account } = input;
  switch (operation) {
    case "upscale": {
      const tool = resolution === undefined ? "hd" : "smart_hd";
      return present({ kind: "image" as const, tool, image, resolution, account } as const);
    }
    case "outpaint":
      return present({ kind: "image" as const, tool: "outpaint" as const, image, ratio, account });
    case "refine":
      return present({ kind: "image" as const, tool: "detail_fix" as const, image, account });
    case "interpolate": {
      const tool = "frame_interpolation" as const;
      return present({ kind: "video" as const, tool, video: image, account });
    }
  }
}
