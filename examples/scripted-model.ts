// A script in the place of a language model, so that the example of an agent runs without one.
import type { LanguageModel } from "ai";
import { MockLanguageModelV4 } from "ai/test";

/** Makes a model that calls a tool with what `decide` returns for the tool's latest answer, and ends at undefined. */
export function scriptedModel(
  toolName: string,
  decide: (answer: Record<string, unknown> | undefined) => object | undefined,
): LanguageModel {
  const usage = { inputTokens: {} as never, outputTokens: {} as never };
  return new MockLanguageModelV4({
    async doGenerate({ prompt }) {
      const last = prompt.at(-1);
      const part = last?.role === "tool" ? last.content[0] : undefined;
      const output = part?.type === "tool-result" ? part.output : undefined;
      const result =
        output?.type === "json"
          ? (output.value as { structuredContent: Record<string, unknown> })
          : undefined;
      const input = decide(result?.structuredContent);
      const isOver = input === undefined;
      const text = { type: "text", text: "Here it is." } as const;
      const call = { type: "tool-call", toolCallId: crypto.randomUUID(), toolName } as const;
      return {
        content: [isOver ? text : { ...call, input: JSON.stringify(input) }],
        finishReason: { unified: isOver ? "stop" : "tool-calls", raw: undefined },
        usage,
        warnings: [],
      };
    },
  });
}
