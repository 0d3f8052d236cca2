// The documentation of the routes of music and speech.

import type { OperationTexts } from "../operation-text.ts";

/** Music and speech. */
export const audioTexts: OperationTexts = {
  "POST /v1/audio/music": {
    id: "createMusic",
    description: "Makes an instrumental piece, or a song with lyrics; answers 202 with the job.",
    bodies: {
      instrumental: { prompt: "slow piano by the sea" },
      song: { prompt: "a sea shanty", vocals: true, lyrics: "Home we go" },
    },
    failures: ["making"],
  },
  "POST /v1/audio/speech": {
    id: "createSpeech",
    description: "Speaks a text, waits, and answers with the MP3.",
    bodies: {
      typical: {
        model: "jimeng-speech",
        voice: "7500000000000000003",
        input: "Hello from the lighthouse.",
      },
    },
    contentTypes: { "200": ["audio/mpeg"] },
    failures: ["making"],
  },
  "GET /v1/audio/voices": {
    id: "listVoices",
    description: "Lists the voices of the site.",
    failures: ["upstream"],
  },
};
