// The cells of the contracts with clients, each with the test that proves it. A cell that is not served is proved by the
// test of its refusal.

/** One cell: what is promised, the file of its test, and words of the test's name, or of its cases. */
export interface Cell {
  promise: string;
  file: string;
  words: string;
}

const openai = "packages/gateway/src/http/routes/openai";
const native = "packages/gateway/src/http/routes/native";
const compat = "packages/gateway/src/http/routes/compat";
const answers = "packages/gateway/src/http/answers";
const walk = "tests/contracts/walk.test.ts";
const recorded = "tests/clients/recorded.test.ts";
const methods = "tests/clients/openai-methods.test.ts";
const images = `${openai}/images.test.ts`;
const edits = `${openai}/edits.test.ts`;
const stream = `${openai}/image-stream.test.ts`;
const variations = `${openai}/variations.test.ts`;
const videos = `${openai}/videos.test.ts`;
const changes = `${openai}/video-changes.test.ts`;
const chat = `${openai}/chat.test.ts`;

const cell = (promise: string, file: string, words: string): Cell => ({ promise, file, words });

/** OpenAI's Images API. */
export const imageCells: readonly Cell[] = [
  cell("prompt: required, no longer than the model's limit", images, '"x".repeat(4001)'),
  cell(
    "model: ours, and opt-in aliases",
    chat,
    "are used in every body, listed, and kept to themselves",
  ),
  cell("n: absent is 1", images, "uses the documented defaults"),
  cell("n: exactly n are answered", images, "holds exactly n pictures"),
  cell(
    "n: what is made beyond n is kept and named",
    walk,
    "that a model makes beyond n stay assets",
  ),
  cell(
    "n: above the maximum one job per start, tied by a group",
    images,
    "of more pictures than one start makes",
  ),
  cell(
    "n: one failed part fails all, and names what succeeded",
    images,
    "of one part of several names the parts",
  ),
  cell("n: null is absent", images, "takes null for absent"),
  cell(
    "size: auto, WxH, the nearest with a warning",
    images,
    "maps size to the nearest one offered",
  ),
  cell("size: beyond the bounds 400 with near sizes", images, 'size: "99999x1"'),
  cell("quality: low, medium, high, hd, standard, auto", images, "maps quality %s to %s"),
  cell(
    "quality: a size or resolution beats it",
    images,
    "lets size and resolution win over quality",
  ),
  cell("response_format: url and b64_json", images, "carries base64 when asked, byte for byte"),
  cell(
    "response_format: absent, by client and by key",
    `${answers}/response-format.test.ts`,
    "cherry=b64_json",
  ),
  cell(
    "output_format, output_compression: converted",
    `${openai}/output-format.test.ts`,
    "converts the pictures",
  ),
  cell("background: transparent is refused", images, 'background: "transparent"'),
  cell(
    "style, moderation, user: accepted with a warning",
    images,
    "warns about what has no effect",
  ),
  cell(
    "stream: one completed event per picture, then [DONE]",
    stream,
    "has one event per picture with its bytes",
  ),
  cell("stream: a picture comes when it lands", stream, "sends a picture when it lands"),
  cell("stream: edits have names of their own", stream, "names its events after the edit"),
  cell(
    "partial_images: none, since the site shows none",
    walk,
    "with partial_images stream no previews",
  ),
  cell("extensions in the body", images, "carries the extensions"),
  cell(
    "extensions under extra_body and other names",
    "packages/gateway/src/http/routes/body-fields.test.ts",
    "counts inside extra_body",
  ),
  cell("wait in the body", images, "{ wait: false }"),
  cell(
    "response: created, data, size, quality, background, output_format, usage",
    images,
    "has the shape of OpenAI's",
  ),
  cell("edits: a form with image, image[], repeated", edits, "gives its pictures in their order"),
  cell(
    "edits: more pictures than the model takes",
    edits,
    "with more pictures than the model takes names the limit",
  ),
  cell("edits: a file over the limit", edits, "with a file over the limit is answered 413"),
  cell("edits: mask is refused", edits, "mask"),
  cell("edits: input_fidelity is accepted", recorded, "edits with input_fidelity high, as a form"),
  cell(
    "edits: JSON with images, image_url, image_url.url, file_id, data URLs",
    edits,
    "may carry a picture as %s",
  ),
  cell("edits: ids of files and results", edits, "may name uploaded files and stored results"),
  cell(
    "variations: a form, a fixed instruction, n, size, user",
    variations,
    "asks for the documented instruction",
  ),
  cell("variations: base64", variations, "may be answered as base64"),
  cell(
    "errors: the four keys, and param in OpenAI's names",
    images,
    "a bad request stores nothing",
  ),
  cell(
    "errors: no status that clients repeat once a job exists",
    images,
    "%s has a status that no client repeats",
  ),
  cell(
    "errors: retry-after-ms, retry-after, x-should-retry",
    images,
    "keeps the table's status and may say when to retry",
  ),
  cell(
    "X-Stainless-Retry-Count joins",
    "packages/gateway/src/http/routes/paid-once.test.ts",
    "who say that they repeat join",
  ),
];

/** OpenAI's Videos API with the additions of relays. */
export const videoCells: readonly Cell[] = [
  cell("create: the Video with all keys", videos, "answers at once with OpenAI's Video"),
  cell("create: seconds as text or number, duration", videos, "takes %j"),
  cell(
    "create: size, or ratio and resolution",
    videos,
    "takes OpenAI's size or ratio and resolution",
  ),
  cell(
    "create: input_reference as a file, a URL object, an id",
    edits,
    "begins with OpenAI's input_reference",
  ),
  cell("create: first and last frame", edits, "takes first and last frame from a form or JSON"),
  cell("create: refused with the parameter", videos, "refuses %j without storing anything"),
  cell(
    "retrieve: progress, failures, cancelled as failed",
    videos,
    "that was cancelled counts as failed",
  ),
  cell("list: after, limit, order", walk, "are listed page by page in both orders"),
  cell(
    "delete: OpenAI's object, then 404",
    changes,
    "answers OpenAI's object, and it is found nowhere",
  ),
  cell("delete: one that is being made is refused", changes, "refuses one that is being made"),
  cell("content: whole, in parts", videos, "streams its content, whole and in parts"),
  cell("content: not finished yet", videos, "has no content yet, and says when it will"),
  cell("content: variants", videos, "variant"),
  cell(
    "remix: the original's request with the new prompt",
    changes,
    "makes a new one from the original's request",
  ),
  cell("remix: what cannot be remixed", changes, "refuses one made by a tool"),
  cell(
    "edits, extensions, characters: 404 with the reason",
    walk,
    "are not edited, extended or given characters",
  ),
  cell(
    "relays: url, metadata.url, task_id, usage",
    videos,
    "has its URL where each client expects it",
  ),
  cell(
    "relays: /v1/video/generations",
    `${compat}/generations.test.ts`,
    "relays start a video at their own path",
  ),
  cell("the openai package's methods", methods, "videos.remix"),
];

/** Chats for clients that can only chat, and what each client sends. */
export const chatCells: readonly Cell[] = [
  cell(
    "stream: one id, index 0, reasoning, one finish reason, usage, [DONE]",
    chat,
    "keeps one id and index",
  ),
  cell("stream: opens at once", recorded, "gets headers before anything is made"),
  cell("stream: a failure has no finish reason", chat, "that fails says why in an error chunk"),
  cell(
    "answer: links and message.images",
    chat,
    "has the pictures as links in the text and as images",
  ),
  cell("answer: a video as a link", chat, "has a video as a link"),
  cell("input: the last message of the user", chat, "is the last message of the user"),
  cell("input: pictures of the last turn only", chat, "of the last message are worked from"),
  cell(
    "input: earlier pictures when asked for",
    chat,
    "of the last answer are worked from when %s asks for it",
  ),
  cell(
    "input: system messages are ignored with a warning",
    chat,
    "of a system message is told to have no effect",
  ),
  cell(
    "input: other parameters are ignored with a warning",
    walk,
    "ignore what has no meaning for a picture",
  ),
  cell("input: tools are refused", walk, "refuse tools"),
  cell(
    "models by suffix",
    "packages/gateway/src/shapes/openai/model-suffix.test.ts",
    "a model's name",
  ),
  cell(
    "models by suffix are listed when switched on",
    `${openai}/models.test.ts`,
    "are listed where that is switched on",
  ),
  cell(
    "/v1/models with and without a key",
    "packages/gateway/src/http/app.test.ts",
    "list the models with what they can do",
  ),
  cell("NextChat", recorded, "sends dall-e-3 to the image route"),
  cell("Cherry Studio", recorded, "Cherry Studio 2.0.3 gets b64_json"),
  cell("LobeHub: pictures", recorded, "generates with n and a size, and reads b64_json or url"),
  cell("LobeHub: chat", recorded, "asks models of chat without a stream"),
  cell("LobeHub: videos", recorded, "makes videos from a picture and reads id, status and url"),
  cell("AI SDK openai-compatible", "tests/clients/ai-sdk.test.ts", "generateImage with n=2"),
  cell("AI SDK openai", "tests/clients/ai-sdk.test.ts", "generateImage asks for base64"),
  cell("relays bill on 2xx: never for a failure", recorded, "are never answered 2xx for a failure"),
];

/** Our own routes; those of assets, batches, events, webhooks and keys are proved beside their code. */
export const nativeCells: readonly Cell[] = [
  cell(
    "Prefer: respond-async, wait=N, background",
    images,
    "is not done with %j %j: 202 with the job",
  ),
  cell("Prefer: wait=N with the pictures", images, "for N seconds gives the pictures"),
  cell(
    "whitespace heartbeats where switched on",
    `${answers}/json-answer.test.ts`,
    "do not come unless they are asked for",
  ),
  cell(
    "POST /v1/jobs: our own names",
    `${native}/create-jobs.test.ts`,
    "makes a picture's job of our own names",
  ),
  cell(
    "POST /v1/jobs: the model's own number",
    walk,
    "without a count make the model's own number",
  ),
  cell(
    "GET /v1/jobs: status, kind, account, key, time",
    walk,
    "are listed by status, kind, account, key and time",
  ),
  cell(
    "GET /v1/jobs: another key's",
    `${native}/create-jobs.test.ts`,
    "does not show another key's jobs",
  ),
  cell(
    "GET /v1/jobs/{id}/events: Last-Event-ID",
    `${native}/create-jobs.test.ts`,
    "sends nothing twice to a reader",
  ),
  cell(
    "cancel, retry, recheck",
    `${native}/create-jobs.test.ts`,
    "asks for the same as a new job that names the old one",
  ),
  cell(
    "POST /v1/images/upscale, outpaint, refine",
    `${openai}/image-tools.test.ts`,
    "warns of fields without an effect",
  ),
  cell(
    "POST /v1/videos/interpolate",
    `${openai}/image-tools.test.ts`,
    "becomes a job of the video",
  ),
  cell(
    "POST /v1/audio/speech, GET /v1/audio/voices",
    `${openai}/speech.test.ts`,
    "the voices of the site are listed",
  ),
  cell(
    "POST /v1/estimate",
    `${native}/estimate.test.ts`,
    "tells the expected credits with what they come from",
  ),
  cell(
    "POST /v1/files: once, content-hashed",
    `${openai}/files.test.ts`,
    "of raw bytes answers OpenAI's file object",
  ),
  cell("GET /v1/credits, claim", `${native}/credits.test.ts`, "claims once, counts days in a row"),
  cell(
    "POST /v1/history/import: once",
    `${native}/credits.test.ts`,
    "makes jobs of what was made elsewhere, once",
  ),
  cell(
    "GET /v1/accounts, check",
    `${native}/accounts.test.ts`,
    "lists names, regions and health for the owner only",
  ),
  cell(
    "URLs: stable, signed, with owner and end",
    `${answers}/signed-address.test.ts`,
    "names its owner and its file",
  ),
  cell(
    "URLs: a shorter life by setting and request",
    `${answers}/signed-address.test.ts`,
    "the request may shorten it",
  ),
  cell(
    "URLs: not in a log, not in a Referer",
    `${answers}/signed-address.test.ts`,
    "leaves no referrer and no line",
  ),
  cell("healthz, readyz", "packages/gateway/src/http/app.test.ts", "tell health and readiness"),
  cell("compositions", `${compat}/generations.test.ts`, "compositions are edits"),
  cell("/v1/videos/generations", `${compat}/generations.test.ts`, "a video is waited for"),
  cell(
    "/token/check, points, receive",
    `${compat}/tokens.test.ts`,
    "/token/receive claims for each session",
  ),
  cell("/ping", walk, "whether it is there is answered"),
  cell(
    "Idempotency-Key: same key, same jobs",
    "packages/gateway/src/http/routes/paid-once.test.ts",
    "gives the first job's answer",
  ),
  cell(
    "Idempotency-Key: another body is 422",
    "packages/gateway/src/http/routes/paid-once.test.ts",
    "with another body is 422",
  ),
  cell(
    "a lost answer is joined",
    "packages/gateway/src/http/routes/paid-once.test.ts",
    "joins its job: one start, one answer",
  ),
  cell(
    "join: until_result joins until the result was seen",
    "packages/gateway/src/jobs/idempotency/idempotency.test.ts",
    "joins the job of which only the id was answered",
  ),
  cell(
    "join: false starts anew",
    "packages/gateway/src/http/routes/paid-once.test.ts",
    "says join: false",
  ),
];
