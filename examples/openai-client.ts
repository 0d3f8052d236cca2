// Uses the gateway with OpenAI's own client: only the base URL differs. A gateway key goes into JIMENG_API_KEY.
import assert from "node:assert/strict";
import OpenAI from "openai";

const openai = new OpenAI({
  baseURL: process.env.OPENAI_BASE_URL ?? "http://127.0.0.1:5100/v1",
  apiKey: process.env.JIMENG_API_KEY ?? "none-needed-on-this-machine",
});

const answer = await openai.images.generate({
  model: "jimeng-4.0",
  prompt: "一只可爱的猫咪在花园里玩耍",
  size: "1024x1024",
  n: 2,
});

for (const { url } of answer.data ?? []) console.log(url);
assert.equal(answer.data?.length, 2);
