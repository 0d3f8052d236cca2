// The video model: a start that is made once for each idempotency key, and a status that any process can read.

import type {
  Experimental_VideoModelV4 as VideoModelV4,
  Experimental_VideoModelV4OperationStartResult as StartResult,
  Experimental_VideoModelV4OperationStatusResult as StatusResult,
  Experimental_VideoModelV4OperationWebhook as Webhook,
  JSONValue,
} from "@ai-sdk/provider";
import type { JobObject } from "@jimeng/gateway/api";
import { GatewayError, hasJobEnded } from "@jimeng/gateway/api/client";

import { connect } from "../connection.ts";
import type { CallConnection, Connection } from "../connection.ts";
import { toCallError, toErrorText } from "../errors.ts";
import { idempotencyKeyOf } from "../headers.ts";
import { isJsonObject } from "../json-object.ts";
import type { ModelFacts } from "../model-facts.ts";
import { readVideoOptions } from "../options/provider-options.ts";
import { withoutBytes } from "../references.ts";
import type { ResolvedSettings } from "../settings.ts";
import { toWarning } from "../warnings.ts";
import { readOperation } from "./video-operation.ts";
import type { JimengVideoOperation } from "./video-operation.ts";
import { toVideoMetadata } from "./video-metadata.ts";
import { toVideoData } from "./video-output.ts";
import { toVideoRequest } from "./video-request.ts";
import type { VideoStartOptions } from "./video-request.ts";

/** Starts and finishes videos with one model of the gateway. There is no doGenerate: a video takes minutes to hours. */
export class JimengVideoModel implements VideoModelV4 {
  readonly specificationVersion = "v4";
  readonly provider = "jimeng.video";
  readonly modelId: string;
  readonly maxVideosPerCall = 1;
  readonly #settings: ResolvedSettings;
  readonly #facts: ModelFacts;
  /** The jobs whose end a webhook has told. */
  readonly #ended = new Set<string>();

  constructor(modelId: string, settings: ResolvedSettings, facts: ModelFacts) {
    this.modelId = modelId;
    this.#settings = settings;
    this.#facts = facts;
  }

  /** Starts a video, once for each idempotency key; the AI SDK sends one with every start. */
  async doStart(call: VideoStartOptions): Promise<StartResult> {
    const options = readVideoOptions(call.providerOptions);
    const connection = connect(this.#settings, call);
    const callersKey = idempotencyKeyOf(call.headers) ?? options.idempotencyKey;
    const idempotencyKey = callersKey ?? `aisdk_vid_${crypto.randomUUID()}`;
    const { baseUrl } = this.#settings;
    let body: unknown;
    try {
      const facts = call.resolution === undefined ? undefined : await this.#facts.read(connection);
      const request = toVideoRequest(this.modelId, call, options, facts);
      body = request.body;
      const { client, signal } = connection;
      const video = await connection.recover(() =>
        client.videos.create(request.body, { idempotencyKey, signal }),
      );
      const operation: JimengVideoOperation = { jobId: video.id, gateway: baseUrl };
      return {
        operation,
        warnings: [...request.warnings, ...video.warnings.map(toWarning)],
        providerMetadata: { jimeng: { jobId: video.id, status: video.status } },
        response: this.#toResponse(connection, video.model),
      };
    } catch (error) {
      const url = `${baseUrl}/v1/videos`;
      const mayRepeat = callersKey !== undefined;
      throw toCallError(error, { url, body: withoutBytes(body), mayRepeat }, call.abortSignal);
    }
  }

  /** Reads how far a video is; a finished one comes with its file. */
  async doStatus(call: CallConnection & { operation: JSONValue }): Promise<StatusResult> {
    const operation = readOperation(call.operation);
    const connection = connect(this.#settings, call);
    try {
      const job = await this.#readJob(connection, operation);
      return await this.#toStatus(connection, job);
    } catch (error) {
      const url = `${this.#settings.baseUrl}/v1/jobs/${operation.jobId}`;
      throw toCallError(error, { url, body: undefined, mayRepeat: true }, call.abortSignal);
    }
  }

  /** Passes the address of a webhook on, and notes which job each message tells the end of. */
  async handleWebhookOption({
    webhook,
  }: {
    webhook: () => PromiseLike<{ url: string; received: PromiseLike<Webhook> }>;
  }): Promise<{ webhookUrl: string; received: PromiseLike<Webhook> }> {
    const { url, received } = await webhook();
    return {
      webhookUrl: url,
      received: Promise.resolve(received).then((message) => {
        const jobId = jobIdOf(message.body);
        if (jobId !== undefined) this.#ended.add(jobId);
        return message;
      }),
    };
  }

  async #readJob(connection: Connection, operation: JimengVideoOperation): Promise<JobObject> {
    const { client, signal } = connection;
    const { jobId, gateway } = operation;
    try {
      const job = await connection.recover(() => client.jobs.retrieve(jobId, { signal }));
      if (hasJobEnded(job) || !this.#ended.has(jobId)) return job;
      // The AI SDK takes "pending" after a webhook for an error: this waits out whatever is between the two.
      return await connection.recover(() => client.jobs.wait(jobId, { signal }));
    } catch (error) {
      const { baseUrl } = this.#settings;
      if (!(error instanceof GatewayError) || error.code !== "not_found" || gateway === baseUrl) {
        throw error;
      }
      const message = `${baseUrl} knows no ${jobId}: it was started at ${gateway}.`;
      const fix = `Create the provider with baseURL ${gateway}.`;
      throw new GatewayError("not_found", message, { status: error.status, charged: "no", fix });
    }
  }

  async #toStatus(connection: Connection, job: JobObject): Promise<StatusResult> {
    const rest = {
      providerMetadata: { jimeng: toVideoMetadata(job) },
      response: this.#toResponse(connection, job.model),
    };
    if (!hasJobEnded(job)) return { status: "pending", ...rest };
    if (job.error !== null) return { status: "error", error: toErrorText(job.error), ...rest };
    const asset = job.result?.assets.find(
      ({ deleted_at, trashed_at }) => deleted_at === null && trashed_at === null,
    );
    if (asset === undefined) {
      const message = "The video was deleted.";
      const error = { code: "not_found", message, charged: "unknown", fix: null };
      return { status: "error", error: toErrorText(error), ...rest };
    }
    const output = this.#settings.videoOutput;
    return {
      status: "completed",
      videos: [await toVideoData(connection, { asset, jobId: job.id, output })],
      // The start has told of those that were known then.
      warnings: job.warnings.map(toWarning),
      ...rest,
    };
  }

  #toResponse(connection: Connection, modelId: string): StartResult["response"] {
    return { timestamp: new Date(), modelId, headers: connection.responseHeaders() };
  }
}

/** Returns the id of the job that a message of ours is about. */
function jobIdOf(body: JSONValue): string | undefined {
  const data = isJsonObject(body) ? body["data"] : undefined;
  const id = isJsonObject(data) ? data["id"] : undefined;
  return typeof id === "string" ? id : undefined;
}
