// Sends odd requests to every route and checks that each has an orderly end. A failure prints the seed that repeats it.
// Imported by tests only.

import { text as readText } from "node:stream/consumers";

import fc from "fast-check";
import type { FastifyInstance, HTTPMethods, InjectOptions } from "fastify";
import { expect } from "vitest";

import { errorBodySchema } from "../api/errors.ts";
import type { RouteScope } from "../http/guards.ts";
import { toDataUrl } from "./form-samples.ts";
import { wholePng } from "./reference-samples.ts";

/** What is sent to and what is watched. */
export interface FuzzTarget {
  app: FastifyInstance;
  /** Headers of every request, such as a credential. */
  headers: Record<string, string>;
  /** Counts the rows of jobs. */
  countJobs: () => number | Promise<number>;
  /** Tells whether jobs end by themselves; without, no request waits for one. */
  jobsEnd: boolean;
}

interface FuzzRequest {
  route: RouteScope;
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  payload: Buffer | undefined;
}

const hangMs = 20_000;

/** Sends this many requests, one after another, and checks every answer. */
export async function fuzz(target: FuzzTarget, requests: number): Promise<void> {
  let jobs = await target.countJobs();
  await fc.assert(
    fc.asyncProperty(requestTo(target), async (request) => {
      const { statusCode, body, headers } = await send(target, request);
      // Not being ready is what this one route tells with a 503.
      if (request.route.url !== "/readyz") expect(statusCode, body).toBeLessThan(500);
      const isFailure = statusCode >= 400 && request.method !== "HEAD";
      if (isFailure) errorBodySchema.parse(JSON.parse(body));
      const before = jobs;
      jobs = await target.countJobs();
      if (statusCode !== 400) return;
      expect(headers["x-jimeng-job"]).toBeUndefined();
      expect(jobs, `a job was made by a request that was refused: ${body}`).toBe(before);
    }),
    { numRuns: requests, interruptAfterTimeLimit: undefined },
  );
}

async function send({ app, headers, jobsEnd }: FuzzTarget, request: FuzzRequest) {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("The request has no answer.")), hangMs);
  });
  try {
    const sent = {
      method: request.method as HTTPMethods & "GET",
      url: `${request.path}${request.query}`,
      headers: {
        ...request.headers,
        ...headers,
        ...(jobsEnd ? {} : { prefer: "respond-async" }),
      },
      payload: request.payload,
    };
    const answer = request.route.url === endlessRoute ? readBeginning(app, sent) : app.inject(sent);
    return await Promise.race([hang, answer]);
  } finally {
    clearTimeout(timer);
  }
}

// The stream of everything has no end.
const endlessRoute = "/v1/events";

/** Sends a request and reads the answer, of a stream of events only the head. */
async function readBeginning(app: FastifyInstance, sent: InjectOptions) {
  const answer = await app.inject({ ...sent, payloadAsStream: true });
  const { statusCode, headers } = answer;
  const stream = answer.stream();
  const isEndless = String(headers["content-type"]).startsWith("text/event-stream");
  const body = isEndless ? "" : await readText(stream);
  stream.destroy();
  return { statusCode, headers, body };
}

const oddTexts = [
  "",
  " ",
  "\0",
  "\ud83d",
  "猫",
  "👨‍👩‍👧",
  "\u202e\u2028\u200b",
  "-1",
  "1e309",
  "NaN",
  "Infinity",
  "0x10",
  "9007199254740993",
  "1.5",
  "true",
  "null",
  "[]",
  "{}",
  "'; drop table jobs; --",
  "../../etc/passwd",
  "%00",
  "%",
  "a".repeat(10_000),
  "__proto__",
  "constructor",
  "jimeng-file:file_x",
  "jimeng-received:0",
  "file_x",
  "asset_job_1_0",
  "http://127.0.0.1:1/a.png",
  "http://[::1]/a.png",
  "https://10.0.0.1/a.png",
  "file:///etc/passwd",
  "data:,x",
  "data:image/png;base64,!!!!",
  toDataUrl(wholePng()),
  toDataUrl(wholePng().subarray(0, 40)),
  "16:9",
  "2048x2048",
  "0x0",
  "99999x1",
  "auto",
  "5s",
  "jimeng-4.0",
  "jimeng:key/x",
];
const oddNumbers = [0, -0, -1, 1, 1.5, 4, 1e21, -1e308, 2 ** 31, 2 ** 53, 2 ** 63, 1e-7];
const fields = [
  ..."prompt n count size seed model kind ratio quality seconds duration_seconds width height".split(
    " ",
  ),
  ..."image images file file_paths references reference_images frames subjects mask".split(" "),
  ..."first_frame last_frame input_reference negative_prompt response_format stream user".split(
    " ",
  ),
  ..."metadata extra_body account accounts priority start_before join sequence resolution".split(
    " ",
  ),
  ..."purpose expires_after token time_zone timezone limit cursor ids nonce after order".split(" "),
  ..."strength sample_strength intelligent_ratio background output_format type region".split(" "),
];
const queryNames = [
  ..."limit after before order status kind account cursor purpose expires_after filename".split(
    " ",
  ),
  ..."created_after created_before key sig time_zone nonce last_event_id wait n".split(" "),
];

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...oddTexts) },
  fc.string({ unit: "binary", maxLength: 40 }),
);
const leaf = fc.oneof(
  { weight: 3, arbitrary: text },
  { weight: 2, arbitrary: fc.constantFrom(...oddNumbers) },
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 2 }),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 4, arbitrary: leaf },
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom(...fields, "url", "image_url", "file_id", "b64_json"),
      tie("value"),
      {
        maxKeys: 3,
      },
    ),
  ),
}));
// Most bodies have a prompt that is one and few other fields, so that what stands behind the first check is reached.
const bodyFields = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom("image", "video"),
        fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 2 }),
      )
      .map(([kind, given]) => ({ kind, ...given, prompt: "a cat" })),
  },
  fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 6 }),
  value,
);

type Body = Pick<FuzzRequest, "headers" | "payload">;

const jsonTypes = [
  "application/json",
  "application/json; charset=utf-8",
  "application/json; charset=gbk",
];
const jsonBody = fc.tuple(fc.constantFrom(...jsonTypes), bodyFields).map(([type, body]): Body => ({
  headers: { "content-type": type },
  payload: Buffer.from(JSON.stringify(body)),
}));
const boundary = "fuzz-boundary";
const part = fc.tuple(
  fc.constantFrom(...fields, "image[]", "a[b][c]", "expires_after[seconds]", ""),
  fc.constantFrom("", 'filename=""', 'filename="a.png"', "filename*=utf-8''%ff"),
  fc.constantFrom("", "image/png", "text/plain; charset=gbk", "application/json", "x"),
  fc.oneof(
    text.map((each) => Buffer.from(each)),
    fc.constantFrom(wholePng(), wholePng().subarray(0, 30)),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  ),
);
const formBody = fc
  .tuple(fc.boolean(), fc.array(part, { maxLength: 6 }))
  .map(([isWhole, parts]): Body => {
    const pieces = parts.flatMap(([name, filename, type, bytes]) => [
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"`),
      Buffer.from(filename === "" ? "\r\n" : `; ${filename}\r\n`),
      Buffer.from(type === "" ? "\r\n" : `Content-Type: ${type}\r\n\r\n`),
      bytes,
      Buffer.from("\r\n"),
    ]);
    return {
      headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
      payload: Buffer.concat([...pieces, Buffer.from(isWhole ? `--${boundary}--\r\n` : "")]),
    };
  });
const rawTypes = [
  ...jsonTypes,
  "image/png",
  "text/plain",
  "application/octet-stream",
  "multipart/form-data",
  "x",
  "",
];
const rawBody = fc
  .tuple(
    fc.constantFrom(...rawTypes),
    fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.string({ maxLength: 200 }).map((each) => Buffer.from(each)),
      fc.constantFrom(wholePng(), Buffer.from('{"prompt":'), Buffer.from("[".repeat(5000))),
    ),
  )
  .map(([type, payload]): Body => ({
    headers: type === "" ? {} : { "content-type": type },
    payload,
  }));
const noBody = fc.constant<Body>({ headers: {}, payload: undefined });
const body = fc.oneof(
  { weight: 5, arbitrary: jsonBody },
  { weight: 3, arbitrary: formBody },
  rawBody,
  noBody,
);

const oddHeaders: Readonly<Record<string, readonly string[]>> = {
  range: ["bytes=0-", "bytes=-0", "bytes=5-1", "bytes=99999999999999999999-", "x"],
  prefer: ["wait=0", "wait=x", "respond-async", ",;="],
  "idempotency-key": ["a", "", "é".repeat(300), "x".repeat(5000), "same"],
  "if-none-match": ["*", '"x"', "W/"],
  "accept-language": ["zh", "x".repeat(2000), ",,,"],
  "last-event-id": ["1.1", "-1", "x", "9".repeat(30)],
  "x-stainless-retry-count": ["1", "-1", "x"],
  accept: ["*/*", "text/event-stream", "x"],
  "user-agent": ["", "OpenAI/Python", "x".repeat(3000)],
  "content-encoding": ["gzip", "x"],
};
const headers = fc
  .array(
    fc
      .constantFrom(...Object.entries(oddHeaders))
      .chain(([name, values]) => fc.constantFrom(...values).map((each) => [name, each] as const)),
    { maxLength: 3 },
  )
  .map((entries) => Object.fromEntries(entries));
const query = fc
  .array(fc.tuple(fc.constantFrom(...queryNames), text), { maxLength: 3 })
  .map((entries) =>
    entries.length === 0
      ? ""
      : `?${entries.map(([name, each]) => `${name}=${encodeURIComponent(each.toWellFormed())}`).join("&")}`,
  );

function requestTo({ app, jobsEnd }: FuzzTarget): fc.Arbitrary<FuzzRequest> {
  const all = app.routeScopes.filter(({ url }) => url !== "*");
  const routes = fc.oneof(
    fc.constantFrom(...all),
    // These take bodies and spend credits.
    fc.constantFrom(
      ...all.filter(({ method, scope }) => method === "POST" && scope === "generate"),
    ),
  );
  const knownIds = [
    "job_1",
    "job_2",
    "mine",
    "one",
    "asset_job_1_0",
    "asset_job_1_0.png",
    "simulator",
    "jimeng-4.0",
  ];
  const id = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...knownIds) },
    text.map((each) => encodeURIComponent(each.toWellFormed())),
  );
  return fc
    .record({
      route: routes,
      otherMethod: fc.oneof(
        { weight: 12, arbitrary: fc.constant(undefined) },
        fc.constantFrom("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"),
      ),
      id,
      ending: fc.oneof(
        { weight: 12, arbitrary: fc.constant("") },
        fc.constantFrom("/", "//", "/x"),
      ),
      query,
      headers,
      body,
    })
    .map(({ route, otherMethod, id: named, ending, query: asked, headers: extra, body: sent }) => {
      // The stream of an unfinished job has no end.
      const usedId = route.url.endsWith("/events") && !jobsEnd ? "job_none" : named;
      const method = otherMethod ?? route.method;
      const hasBody = method !== "GET" && method !== "HEAD";
      return {
        route,
        method,
        path: `${route.url.replaceAll(/:\w+/g, usedId)}${ending}`,
        query: asked,
        headers: hasBody ? { ...extra, ...sent.headers } : extra,
        payload: hasBody ? sent.payload : undefined,
      };
    });
}
