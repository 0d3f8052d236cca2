// The tool that tells what a generation would cost; it starts nothing.

import * as z from "zod";

import { withGateway } from "../face.ts";
import { toToolResult } from "../results/tool-result.ts";
import { promptText, shortText } from "./arguments.ts";
import { imageFields, toImageBody } from "./generate-image.ts";
import { toVideoBody, videoFields } from "./generate-video.ts";
import { defineTool, readOnly } from "./tool.ts";

/** Estimates a generation. */
export const estimate = defineTool({
  name: "estimate",
  title: "Estimate the cost",
  description:
    "Tells the expected credits of generate_image or generate_video with these arguments, and what the model takes instead. Starts nothing.",
  arguments: z.strictObject({
    kind: z.enum(["image", "video"]),
    prompt: promptText,
    ...videoFields,
    ...imageFields,
    count: imageFields.count.optional(),
    account: shortText.optional(),
  }),
  annotations: readOnly,
  async run(input, call) {
    const body = await (input.kind === "image"
      ? toImageBody(call, input)
      : toVideoBody(call, input));
    const { face, signal } = call;
    const { credits, jobs, warnings, refusal } = await withGateway(face, signal, (client) =>
      client.jobs.estimate(body, { signal }),
    );
    const messages = warnings.map(({ message }) => message);
    const [first] = jobs;
    return toToolResult({
      text: [
        credits === null ? "The price is not known." : `About ${credits} credits.`,
        first === undefined
          ? ""
          : `Model ${first.model}, legal values: ${JSON.stringify(first.legal)}`,
        ...messages.map((message) => `Warning: ${message}`),
        ...(refusal === null ? [] : [`It would be refused: ${refusal.message}`]),
      ].join("\n"),
      structured: {
        credits,
        model: first?.model,
        legal: first?.legal,
        warnings: messages,
        ...(refusal === null ? {} : { refusal: refusal.message }),
      },
    });
  },
});
