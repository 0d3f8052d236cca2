// Makes up the built-in voices; the site has 142 of them (speech.md).

/** One built-in voice. */
export interface Voice {
  id: string;
  title: string;
  gender: "女" | "男";
  speakerId: string;
}

/** The number of built-in voices that one client counted. */
export const voiceCount = 142;

const firstVoiceId = 7_597_003_459_665_072_000n;

/** Returns the voice at an index. */
export function voiceAt(index: number): Voice {
  return {
    id: String(firstVoiceId + BigInt(index)),
    title: `模拟音色 ${index + 1}`,
    gender: index % 2 === 0 ? "女" : "男",
    speakerId: `simulated_${index + 1}`,
  };
}

/** Finds a voice by its id. */
export function voiceOf(id: string): Voice | undefined {
  if (!/^\d+$/.test(id)) return undefined;
  const index = BigInt(id) - firstVoiceId;
  return index >= 0n && index < BigInt(voiceCount) ? voiceAt(Number(index)) : undefined;
}
