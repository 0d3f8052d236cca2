// The documentation of the routes of pictures.

import type { OperationTexts } from "../operation-text.ts";
import { samples } from "../fields.ts";

const streams = { "200": ["text/event-stream"] } as const;
const form = ["image", "images"] as const;
const picture = "https://example.com/lighthouse.png";

/** Pictures and their tools. */
export const imageTexts: OperationTexts = {
  "POST /v1/images/generations": {
    id: "createImage",
    description:
      "Makes pictures from a prompt and waits for them. With `stream` each picture is an event as soon as it is there.",
    bodies: {
      smallest: { prompt: "a lighthouse at dusk" },
      typical: { model: "jimeng-4.0", prompt: "a lighthouse", size: "2560x1440", n: 2 },
      streamed: { model: "jimeng-4.0", prompt: "a lighthouse", stream: true },
    },
    contentTypes: streams,
    failures: ["making"],
  },
  "POST /v1/images/edits": {
    id: "createImageEdit",
    description:
      "Makes pictures from a prompt and at least one picture: files of a form, URLs, data URLs, ids of files or results.",
    bodies: {
      byUrl: { model: "jimeng-4.0", prompt: "make it night", images: [{ image_url: picture }] },
      byFile: { prompt: "make it night", images: [{ file_id: samples.file }] },
    },
    formFiles: form,
    contentTypes: streams,
    failures: ["making"],
  },
  "POST /v1/images/variations": {
    id: "createImageVariation",
    description:
      "Makes variations of a picture, from a fixed instruction where no prompt is given.",
    bodies: {
      smallest: { image: picture },
      typical: { model: "jimeng-4.0", image: picture, prompt: "in the same style" },
    },
    formFiles: form,
    contentTypes: streams,
    failures: ["making"],
  },
  "POST /v1/images/upscale": {
    id: "upscaleImage",
    description: "Enlarges a picture: HD, or smart HD with a resolution and two strengths.",
    bodies: {
      hd: { image: samples.asset },
      smart: { image: picture, mode: "smart", resolution: "4k" },
    },
    formFiles: form,
    contentTypes: streams,
    failures: ["making"],
  },
  "POST /v1/images/outpaint": {
    id: "outpaintImage",
    description: "Extends a picture beyond its sides, in shares of the picture or to a ratio.",
    bodies: {
      sides: { image: picture, left: 0.5, right: 0.5 },
      ratio: { image: picture, ratio: "16:9" },
    },
    formFiles: form,
    contentTypes: streams,
    failures: ["making"],
  },
  "POST /v1/images/refine": {
    id: "refineImage",
    description: "Repairs the details of a picture that one of the accounts has made.",
    bodies: { typical: { image: samples.asset } },
    contentTypes: streams,
    failures: ["making"],
  },
  "POST /v1/images/compositions": {
    id: "createImageComposition",
    description: "The same as POST /v1/images/edits, for clients of existing jimeng gateways.",
    bodies: { typical: { prompt: "both in one", images: [picture], ratio: "1:1" } },
    formFiles: form,
    contentTypes: streams,
    failures: ["making"],
  },
};
