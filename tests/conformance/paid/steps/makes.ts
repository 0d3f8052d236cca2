// The steps that start something: pictures, videos, tools, sound.
import { type GenerationRequest, JimengError } from "@jimeng/sdk";
import { inspectSpeech } from "../results.ts";
import { pictureSide } from "../materials.ts";
import { makeAndSave, post, readBalance, saveAll, waitFor } from "../starts.ts";
import { InDoubt, NotRun, type Site, type Start, type Step } from "../step.ts";

const prompt = "a lighthouse on a cliff above a calm sea, morning light, nobody around";
const motion = "slow waves, a light breeze, the camera stands still";
const spokenText = "你好";
const music = "calm piano, slow";
const shortestMusicSeconds = 30;
// What the tools were seen to make of a square (picture-tools.md, video-tools.md).
const smartSide = 2160;
const outpaintSide = 4000;
const smoothFps = 60;

/** Makes the step that starts, waits and saves. */
function make(step: Omit<Step, "run"> & { start: Start }, after?: Step["run"]): Step {
  return {
    ...step,
    async run(site, request) {
      await makeAndSave(site, step.name, required(request));
      await after?.(site, request);
    },
  };
}

function required(request: GenerationRequest | undefined): GenerationRequest {
  if (request === undefined) throw new Error("a step that starts something has no request");
  return request;
}

/** Keeps the first result of a step, so that tools can work on it. */
function keepProduct(name: string, as: "madePicture" | "madeVideo"): Step["run"] {
  return async (site) => {
    const made = site.made.get(name);
    const first = made?.outputs[0];
    if (made === undefined || first === undefined) return;
    const { historyId, submitId } = made.operation;
    site.materials.set(as, { itemId: first.itemId, historyId, submitId });
  };
}

/** Compares the sides of a tool's square with those that the page has. */
function expectSides(name: string, side: number): Step["run"] {
  return async (site) => {
    const first = site.made.get(name)?.outputs[0];
    if (first === undefined || first.width === null || first.height === null) return;
    if (first.width === side && first.height === side) return;
    const what = `${side}x${side} was seen by others, ${first.width}x${first.height} came`;
    site.differs({ page: "picture-tools.md", path: "the pixels of the result", what });
  };
}

/** Compares the pace of an interpolated video with the one that the page has. */
function expectSmooth(name: string): Step["run"] {
  return async (site) => {
    const first = site.made.get(name)?.outputs[0];
    if (first?.kind !== "video" || first.fps === null || first.fps === smoothFps) return;
    const what = `${smoothFps} frames a second were seen by others, ${first.fps} came`;
    site.differs({ page: "video-tools.md", path: "the pace of the result", what });
  };
}

/** Steps that make pictures. */
export const imageSteps: readonly Step[] = [
  make(
    {
      name: "image-text",
      part: "images",
      what: "a picture from text",
      start: {
        needs: [],
        mode: "text_to_image",
        build: () => ({ kind: "image", prompt, ratio: "1:1" }),
      },
    },
    keepProduct("image-text", "madePicture"),
  ),
  make({
    name: "image-reference",
    part: "images",
    what: "a picture from a picture",
    start: {
      needs: ["picture"],
      mode: "image_to_image",
      build: ({ picture }) => ({ kind: "image", prompt, ratio: "1:1", references: [picture] }),
    },
  }),
  {
    name: "cancel",
    part: "images",
    what: "a picture from text that costs something, cancelled at once",
    start: {
      needs: [],
      mode: "text_to_image",
      isPriced: true,
      build: () => ({ kind: "image", prompt, ratio: "1:1" }),
    },
    run: cancel,
  },
];

/** Steps that make videos. */
export const videoSteps: readonly Step[] = [
  make(
    {
      name: "video-text",
      part: "videos",
      what: "a video from text",
      kind: "video",
      start: {
        needs: [],
        mode: "text_to_video",
        build: () => ({ kind: "video", prompt, ratio: "16:9" }),
      },
    },
    keepProduct("video-text", "madeVideo"),
  ),
  make({
    name: "video-first-frame",
    part: "videos",
    what: "a video from a first frame, a square where 16:9 is asked",
    kind: "video",
    start: {
      needs: ["picture"],
      mode: "first_frame",
      build: ({ picture }) => ({
        kind: "video",
        prompt: motion,
        ratio: "16:9",
        firstFrame: picture,
      }),
    },
  }),
];

/** Steps that use the tools. */
export const toolSteps: readonly Step[] = [
  make(
    {
      name: "hd",
      part: "tools",
      what: "HD of an uploaded picture",
      start: {
        needs: ["picture"],
        build: ({ picture: image }) => ({ kind: "image", tool: "hd", image }),
      },
    },
    expectSides("hd", 2 * pictureSide),
  ),
  make(
    {
      name: "smart-hd",
      part: "tools",
      what: "smart HD, 2k, of an uploaded picture",
      start: {
        needs: ["picture"],
        build: ({ picture: image }) => ({
          kind: "image",
          tool: "smart_hd",
          image,
          resolution: "2k",
        }),
      },
    },
    expectSides("smart-hd", smartSide),
  ),
  make(
    {
      name: "outpaint",
      part: "tools",
      what: "outpaint of an uploaded picture, one result",
      start: {
        needs: ["picture"],
        build: ({ picture: image }) => ({ kind: "image", tool: "outpaint", image, count: 1 }),
      },
    },
    expectSides("outpaint", outpaintSide),
  ),
  make({
    name: "detail-fix",
    part: "tools",
    what: "detail fix of the picture from text",
    start: {
      needs: ["madePicture"],
      build: ({ madePicture: product }) => ({ kind: "image", tool: "detail_fix", product }),
    },
  }),
  make(
    {
      name: "interpolate-upload",
      part: "tools",
      what: "frame interpolation of an uploaded video",
      kind: "video",
      start: {
        needs: ["video"],
        build: ({ video }) => ({ kind: "video", tool: "frame_interpolation", video }),
      },
    },
    expectSmooth("interpolate-upload"),
  ),
  make(
    {
      name: "interpolate-own",
      part: "tools",
      what: "frame interpolation of the video from text",
      kind: "video",
      start: {
        needs: ["madeVideo"],
        build: ({ madeVideo: product }) => ({
          kind: "video",
          tool: "frame_interpolation",
          product,
        }),
      },
    },
    expectSmooth("interpolate-own"),
  ),
];

/** Steps that make sound. */
export const soundSteps: readonly Step[] = [
  {
    name: "voices",
    part: "sound",
    what: "the list of voices",
    kind: "audio",
    async run(site) {
      const [first] = await site.jimeng.audio.voices();
      if (first === undefined) throw new NotRun("the list of voices is empty");
      site.materials.set("voice", first.id);
    },
  },
  {
    name: "speech",
    part: "sound",
    what: "two spoken characters",
    kind: "audio",
    start: {
      needs: ["voice"],
      build: ({ voice }) => ({ kind: "audio", tool: "speech", prompt: spokenText, voice }),
    },
    run: speak,
  },
  make({
    name: "music",
    part: "sound",
    what: `${shortestMusicSeconds} seconds of music without words`,
    kind: "audio",
    start: {
      needs: [],
      build: () => ({
        kind: "audio",
        tool: "music",
        prompt: music,
        durationSeconds: shortestMusicSeconds,
      }),
    },
  }),
];

/** Starts a picture and cancels it; what becomes of it is known from its end. */
async function cancel(site: Site, request: GenerationRequest | undefined): Promise<void> {
  const start = await post(site, required(request));
  site.recorder.permit("cancel");
  try {
    await site.jimeng.generations.cancel(start.operation, { maxRetryCount: 0 });
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    site.differs({ page: "history.md", path: "cancel", what: `was not accepted: ${error.code}` });
  }
  const generation = await waitFor(site, start);
  site.made.set("cancel", generation);
  const ended = generation.status === "failed" ? generation.error?.code : "completed";
  site.note(`after the cancel the record ended as ${ended}`);
  // What was paid for is kept, whatever it was made for.
  if (generation.outputs.length > 0) await saveAll(site, "cancel", generation);
  if (ended !== "cancelled") {
    site.differs({ page: "history.md", path: "cancel", what: `the record ended as ${ended}` });
  }
}

/** Speaks a text: one call without an id, which cannot be looked up. */
async function speak(site: Site, request: GenerationRequest | undefined): Promise<void> {
  const wanted = required(request);
  if (wanted.tool !== "speech") throw new Error("the request of the step speech is no speech");
  const before = await readBalance(site);
  const start = site.beginStart(null);
  start.balances.before = before;
  site.recorder.permit("speech");
  try {
    const { prompt: text, voice } = wanted;
    const { bytes } = await site.jimeng.audio.speech({ prompt: text, voice });
    start.taken = "yes";
    site.writeDown(start);
    const { extension, facts, problem } = await inspectSpeech(bytes);
    const file = site.save(`speech.${extension}`, bytes);
    site.note(`${file}: ${facts}`);
    if (problem !== undefined) site.differs(problem);
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    if (error.detail.acceptance === "unknown") {
      throw new InDoubt("the answer was lost; speech has no id to look it up by");
    }
    if (start.taken !== "yes") {
      start.taken = "no";
      site.writeDown(start);
    }
    throw error;
  } finally {
    start.balances.afterEnd = await readBalance(site);
  }
}
