// Translates one line of a batch into the domain request: a body of our own, or OpenAI's line with a body of a route.

import { customIdOf, maxCustomIdLength } from "../../batches/line-reader.ts";
import type { LineReader } from "../../batches/line-reader.ts";
import { chatBodySchema } from "../../api/chat.ts";
import { imageBodySchema } from "../../api/images.ts";
import { jobBodySchema } from "../../api/jobs.ts";
import { videoBodySchema } from "../../api/videos.ts";
import type { ExpectedError } from "../../errors.ts";
import { RequestError } from "../../submission/request-error.ts";
import type { SubmissionContent } from "../../submission/submission.ts";
import { invalid } from "../body-fields.ts";
import type { TranslationContext } from "../context.ts";
import { toDialectError } from "../dialect.ts";
import type { Dialect } from "../dialect.ts";
import { readMetadata } from "../metadata.ts";
import { replaceModelAlias } from "../model-alias.ts";
import { normalizeJobBody } from "../native/fields.ts";
import { toJobSubmission } from "../native/job-body.ts";
import { nativeDialect } from "../native/names.ts";
import { normalizeBody } from "../normalize-body.ts";
import { normalizeChatBody, toChatSubmission } from "../openai/chat.ts";
import { openaiImageFields, openaiVideoFields } from "../openai/fields.ts";
import { toEditSubmission, toImageSubmission } from "../openai/images.ts";
import { openaiDialect } from "../openai/names.ts";
import { toVideoSubmission } from "../openai/videos.ts";
import { parseWith } from "../validation-words.ts";

type LineRoute = keyof typeof routes;

/** What lines are read with. */
export interface LineReaderOptions {
  /** The owner's names for models (JIMENG_MODEL_ALIASES). */
  aliases: ReadonlyMap<string, string>;
  /** Returns Unix milliseconds. */
  now: () => number;
}

interface Route {
  dialect: Dialect;
  read(body: unknown, context: TranslationContext): SubmissionContent;
}

const routes = {
  "/v1/jobs": {
    dialect: nativeDialect,
    read: (body, context) =>
      toJobSubmission(parseWith(jobBodySchema, normalizeJobBody(body)), context),
  },
  "/v1/images/generations": {
    dialect: openaiDialect,
    read: (body, context) => readImages(body, context, toImageSubmission),
  },
  "/v1/images/edits": {
    dialect: openaiDialect,
    read: (body, context) => readImages(body, context, toEditSubmission),
  },
  "/v1/videos": {
    dialect: openaiDialect,
    read: (body, context) => {
      const normal = normalizeBody(body, openaiVideoFields);
      return toVideoSubmission(parseWith(videoBodySchema, normal), context);
    },
  },
  "/v1/chat/completions": {
    dialect: openaiDialect,
    read: (body, context) => {
      const normal = parseWith(chatBodySchema, normalizeChatBody(body));
      if (normal.stream === true) throw noStream();
      return toChatSubmission(normal, context).content;
    },
  },
} as const satisfies Record<string, Route>;

const lineRoutes = Object.keys(routes) as LineRoute[];

function readImages(
  body: unknown,
  context: TranslationContext,
  toSubmission: typeof toImageSubmission,
): SubmissionContent {
  const normal = parseWith(imageBodySchema, normalizeBody(body, openaiImageFields));
  if (normal.stream === true) throw noStream();
  return toSubmission(normal, context).content;
}

function noStream(): ExpectedError {
  return invalid("stream", "A line of a batch streams nothing.", 'Leave "stream" out.');
}

/** Makes the reader of lines. */
export function createLineReader({ aliases, now }: LineReaderOptions): LineReader {
  return {
    read(line, { endpoint, ownBase }) {
      const { name, body, customId } = openLine(line);
      const route = lineRoutes.find((known) => known === name);
      if (route === undefined) throw unknownRoute(name);
      // Our own batches take lines for every route.
      if (endpoint !== "/v1/jobs" && endpoint !== route) throw otherRoute(name, endpoint);
      replaceModelAlias(body, aliases);
      const known: Route = routes[route];
      const context = { formFiles: [], inlineFiles: [], ownBase, now: now() };
      return {
        customId,
        content: withMetadata(known.read(body, context), body),
        named: (error) =>
          error instanceof RequestError ? toDialectError(known.dialect, error.kind, error) : error,
      };
    },
  };
}

function withMetadata(content: SubmissionContent, body: object): SubmissionContent {
  const { metadata, warnings } = readMetadata(body);
  return {
    ...content,
    metadata: { ...content.metadata, ...metadata },
    warnings: [...content.warnings, ...warnings],
  };
}

/** Returns the route, the body and the own id of a line. */
function openLine(line: unknown): {
  name: string;
  body: Record<string, unknown>;
  customId: string | null;
} {
  if (!isRecord(line)) {
    throw invalid("line", "The line is no JSON object.", "Write one request as an object.");
  }
  const { custom_id: id, method, url, body, ...own } = line;
  const customId = customIdOf(line);
  if (id != null && customId === null) {
    const problem = `custom_id is no text of 1 to ${maxCustomIdLength} characters.`;
    throw invalid("custom_id", problem, "Give each line a short name of its own.");
  }
  if (url === undefined && body === undefined) return { name: "/v1/jobs", body: own, customId };
  if (typeof url !== "string" || !isRecord(body)) {
    const fix =
      '{"custom_id": "…", "method": "POST", "url": "/v1/images/generations", "body": {…}}';
    throw invalid("url", "A line with url or body needs both.", `Write ${fix}.`);
  }
  if (method !== undefined && method !== "POST") {
    throw invalid("method", "A line's method is POST.", 'Set "method" to "POST".');
  }
  return { name: url, body: { ...body }, customId };
}

function unknownRoute(name: string): ExpectedError {
  const message = `No line can be for ${name.slice(0, 100)}.`;
  return invalid("url", message, `Name one of ${lineRoutes.join(", ")}.`);
}

function otherRoute(name: string, endpoint: string): ExpectedError {
  const fix = "Send lines for other routes in a batch of their own.";
  return invalid("url", `The batch is for ${endpoint}, not for ${name}.`, fix);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
