// The texts of the prompts, in English and Chinese.

/** The languages of the prompts. */
export const promptLanguages = ["en", "zh"] as const;

/** One of the languages. */
export type PromptLanguage = (typeof promptLanguages)[number];

/** Returns the instruction to make a storyboard. */
export function storyboardText(language: PromptLanguage, topic: string, shots: number): string {
  if (language === "zh") {
    return [
      `请为下面的主题设计一个 ${shots} 个镜头的分镜：${topic}`,
      "1. 先列出每个镜头：画面、景别、光线、镜头运动、时长。人物和场景在各镜头中保持一致，一致的部分逐字重复。",
      "2. 每个镜头用 generate_image 生成一张关键帧（比例相同）；从第二个镜头起，把第一张图的 asset_… 放进 references，以保持人物一致。",
      "3. 把关键帧给我看，等我确认后，再用 generate_video 以关键帧为 first_frame 逐个生成视频。先用 estimate 告诉我总共要花多少积分。",
    ].join("\n");
  }
  return [
    `Make a storyboard of ${shots} shots about: ${topic}`,
    "1. List each shot first: what is seen, framing, light, camera movement, seconds. Keep people and places the same in all shots, and repeat the words that describe them.",
    "2. Make one key frame for each shot with generate_image, all of one ratio; from the second shot on give the asset_… of the first picture as a reference, so that people stay the same.",
    "3. Show me the key frames and wait until I agree. Then make the videos one by one with generate_video, the key frame as first_frame. Tell me the credits of all of it with estimate before.",
  ].join("\n");
}

/** Returns the instruction to improve a prompt. */
export function improveText(language: PromptLanguage, prompt: string, kind: string): string {
  if (language === "zh") {
    const what = kind === "video" ? "视频" : "图片";
    return [
      `请改写下面这段${what}提示词，让即梦生成得更好：`,
      prompt,
      "保留我的主体和意图，不添加我没有要的东西。写清主体、动作、环境、构图、光线、风格；视频再写清镜头运动和先后顺序。要出现在画面里的文字放在引号里。",
      "给出一段改好的提示词，再用一句话说明改了什么。我同意之前不要生成。",
    ].join("\n");
  }
  return [
    `Improve this prompt for a ${kind === "video" ? "video" : "picture"}, so that Jimeng makes more of it:`,
    prompt,
    "Keep my subject and what I mean; add nothing that I did not ask for. Say the subject, the action, the place, the composition, the light and the style; for a video also the camera's movement and what happens in which order. Put words that shall be seen in the picture into quotation marks.",
    "Give one improved prompt, and one sentence on what you changed. Do not make anything before I agree.",
  ].join("\n");
}
