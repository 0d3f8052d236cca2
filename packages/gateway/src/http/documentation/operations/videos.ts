// The documentation of the routes of videos and of chats.

import type { OperationTexts } from "../operation-text.ts";

const picture = "https://example.com/lighthouse.png";
const files = ["input_reference", "first_frame", "last_frame", "references"] as const;
const bodies = {
  smallest: { prompt: "waves at dusk" },
  typical: { model: "jimeng-video-3.0", prompt: "waves at dusk", seconds: "5", size: "1280x720" },
  fromPicture: { prompt: "the light turns", input_reference: { image_url: picture } },
  firstAndLast: { prompt: "the door opens", first_frame: picture, last_frame: picture },
};

/** Videos and chats. */
export const videoTexts: OperationTexts = {
  "POST /v1/videos": {
    id: "createVideo",
    description: "Makes a video from a prompt, frames or references; answers at once.",
    bodies,
    formFiles: files,
    failures: ["making"],
  },
  "GET /v1/videos": { id: "listVideos", description: "Lists videos, page by page." },
  "GET /v1/videos/{id}": {
    id: "retrieveVideo",
    description: "Tells how a video goes, and where it is once it is there.",
  },
  "DELETE /v1/videos/{id}": {
    id: "deleteVideo",
    description:
      "Deletes a video that is not being made; its job stays as the record of what was paid.",
    failures: ["state"],
  },
  "POST /v1/videos/{id}/remix": {
    id: "remixVideo",
    description: "Makes a finished video anew with another prompt, everything else as it was.",
    bodies: { typical: { prompt: "the same, in snow" } },
    failures: ["making", "state"],
  },
  "GET /v1/videos/{id}/content": {
    id: "downloadVideo",
    description:
      "The bytes of a finished video, whole or in ranges; `variant` names another file of it.",
    contentTypes: { "200": ["video/mp4", "image/webp"], "206": ["video/mp4"] },
    failures: ["state"],
  },
  "POST /v1/videos/interpolate": {
    id: "interpolateVideo",
    description: "Makes 60 frames a second of a video; answers at once.",
    bodies: { typical: { video: "https://example.com/waves.mp4" } },
    formFiles: ["video"],
    failures: ["making"],
  },
  "POST /v1/videos/generations": {
    id: "createVideoAndWait",
    description: "Makes a video, waits for it and answers `data[].url` as pictures do.",
    bodies: { typical: { model: "jimeng-video-3.0", prompt: "waves", ratio: "16:9", duration: 5 } },
    formFiles: files,
    failures: ["making"],
  },
  "POST /v1/video/generations": {
    id: "createRelayVideo",
    description: "The same as POST /v1/videos, at the path that relays use.",
    bodies,
    formFiles: files,
    failures: ["making"],
  },
  "GET /v1/video/generations/{id}": {
    id: "retrieveRelayVideo",
    description: "The same as GET /v1/videos/{id}, at the path that relays use.",
  },
  "POST /v1/chat/completions": {
    id: "createChatCompletion",
    description:
      "Makes pictures or a video from the last message of the user. Size and length may stand behind the model's name.",
    bodies: {
      typical: {
        model: "jimeng-4.0:16x9@2k",
        messages: [{ role: "user", content: "a lighthouse" }],
      },
      withPicture: {
        model: "jimeng-4.0",
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "make it night" },
              { type: "image_url", image_url: { url: picture } },
            ],
          },
        ],
      },
      streamed: {
        model: "jimeng-4.0",
        messages: [{ role: "user", content: "a cat" }],
        stream: true,
      },
    },
    contentTypes: { "200": ["text/event-stream"] },
    failures: ["making"],
  },
};
