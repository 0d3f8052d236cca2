// A route handler in the shape of Next.js: starts a video with the AI SDK and streams its progress as server-sent events.
// Run as a program this file asks its own handler once.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { createJimeng } from "@jimeng/ai-sdk-provider";
import { experimental_getVideoStatus, experimental_startVideo } from "ai";

const baseURL = process.env.GATEWAY_URL ?? "http://127.0.0.1:5100";
const model = createJimeng({ baseURL, apiKey: process.env.JIMENG_API_KEY }).video(
  "jimeng-video-3.0",
);

export async function POST(request: Request): Promise<Response> {
  const { prompt } = (await request.json()) as { prompt: string };
  const { operation } = await experimental_startVideo({ model, prompt });
  const events = new ReadableStream<string>({
    async pull(controller) {
      const { status, providerMetadata } = await experimental_getVideoStatus(model, { operation });
      const { phase, progress, videos } = providerMetadata?.jimeng ?? {};
      controller.enqueue(`data: ${JSON.stringify({ status, phase, progress, videos })}\n\n`);
      if (status === "pending") await sleep(200);
      else controller.close();
    },
  });
  const headers = { "content-type": "text/event-stream", "cache-control": "no-store" };
  return new Response(events.pipeThrough(new TextEncoderStream()), { headers });
}

if (import.meta.main) {
  const body = JSON.stringify({ prompt: "云海日出" });
  const answer = await POST(new Request("http://app.example/api/video", { method: "POST", body }));
  const events = [...(await answer.text()).matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => data);
  const last = JSON.parse(events.at(-1) ?? "{}") as { status: string; videos: { url: string }[] };
  assert.equal(last.status, "completed");
  console.log(last.videos[0]?.url);
}
