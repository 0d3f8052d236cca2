// The prompts that a person picks in the host.

import { completable } from "@modelcontextprotocol/server";
import type { GetPromptResult, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";

import { harmless } from "../results/harmless.ts";
import { improveText, promptLanguages, storyboardText } from "./texts.ts";
import type { PromptLanguage } from "./texts.ts";

const maxShots = 20;
const defaultShots = 4;

// Optional on the outside: the SDK looks below that for what completes.
const language = completable(z.enum(promptLanguages), (value) =>
  promptLanguages.filter((name) => name.startsWith(value)),
).optional();
const kinds = ["image", "video"] as const;

/** Registers the prompts. */
export function registerPrompts(server: McpServer): void {
  server.registerPrompt(
    "storyboard",
    {
      title: "Storyboard 分镜",
      description: "A storyboard with key frames, then videos 先出关键帧，再生成视频的分镜",
      argsSchema: z.object({
        topic: z.string().min(1),
        shots: z.string().regex(/^\d+$/).optional(),
        language,
      }),
    },
    ({ topic, shots, language: chosen }) => {
      const count = Math.min(maxShots, Math.max(1, Number(shots ?? defaultShots)));
      return toPrompt(storyboardText(languageOf(chosen, topic), topic, count));
    },
  );
  server.registerPrompt(
    "improve_prompt",
    {
      title: "Improve a prompt 改写提示词",
      description: "A better prompt for a picture or video 让图片或视频的提示词更好",
      argsSchema: z.object({
        prompt: z.string().min(1),
        kind: completable(z.enum(kinds), (value) =>
          kinds.filter((name) => name.startsWith(value)),
        ).optional(),
        language,
      }),
    },
    ({ prompt, kind = "image", language: chosen }) =>
      toPrompt(improveText(languageOf(chosen, prompt), prompt, kind)),
  );
}

/** Returns the chosen language, else that of the text. */
function languageOf(chosen: PromptLanguage | undefined, text: string): PromptLanguage {
  return chosen ?? (/\p{Script=Han}/u.test(text) ? "zh" : "en");
}

function toPrompt(text: string): GetPromptResult {
  return { messages: [{ role: "user", content: { type: "text", text: harmless(text) } }] };
}
