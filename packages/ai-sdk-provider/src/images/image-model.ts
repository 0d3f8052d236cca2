// The image model: one call of the gateway's waiting route under one idempotency key, then the pictures' bytes.

import type { ImageModelV4, ImageModelV4CallOptions, ImageModelV4Result } from "@ai-sdk/provider";
import type { AssetObject, JobObject } from "@jimeng/gateway/api";
import { GatewayError } from "@jimeng/gateway/api/client";

import { connect } from "../connection.ts";
import type { Connection } from "../connection.ts";
import { download } from "../download.ts";
import { toCallError } from "../errors.ts";
import type { ModelFacts } from "../model-facts.ts";
import { readImageOptions } from "../options/provider-options.ts";
import type { JimengImageOptions } from "../options/provider-options.ts";
import { NotSentError } from "../recovery.ts";
import { withoutBytes } from "../references.ts";
import type { ResolvedSettings } from "../settings.ts";
import { toWarning } from "../warnings.ts";
import { makePictures } from "./finished-jobs.ts";
import type { FinishedJobs } from "./finished-jobs.ts";
import { toImageMetadata } from "./image-metadata.ts";
import { toImageRequest } from "./image-request.ts";
import { KeySlots } from "./key-slots.ts";

/** What one call of the gateway makes at most; without it the AI SDK makes one paid call for each picture. */
const maxImagesPerCall = 10;

/** Makes pictures with one model of the gateway. */
export class JimengImageModel implements ImageModelV4 {
  readonly specificationVersion = "v4";
  readonly provider = "jimeng.image";
  readonly modelId: string;
  readonly maxImagesPerCall = maxImagesPerCall;
  readonly supportsMaskInputs = false;
  readonly #settings: ResolvedSettings;
  readonly #facts: ModelFacts;
  readonly #keys = new KeySlots();

  constructor(modelId: string, settings: ResolvedSettings, facts: ModelFacts) {
    this.modelId = modelId;
    this.#settings = settings;
    this.#facts = facts;
  }

  /** Whether the model makes pictures from pictures; undefined while the gateway does not say. */
  get supportsFileInputs(): Promise<boolean | undefined> {
    return this.#facts.read(connect(this.#settings, {})).then(
      (facts) => (facts === undefined ? undefined : facts.max_references > 0),
      () => undefined,
    );
  }

  /** Makes pictures. Whatever it throws after something was sent is not to be repeated by the AI SDK. */
  async doGenerate(call: ImageModelV4CallOptions): Promise<ImageModelV4Result> {
    const options = readImageOptions(call.providerOptions);
    const request = toImageRequest(this.modelId, call, options);
    const connection = connect(this.#settings, call);
    const slot = this.#keys.take(call.headers, options.idempotencyKey);
    let isUnsent = false;
    try {
      const finished = await makePictures(connection, request, slot.key);
      return await this.#toResult(connection, finished, options, request.warnings);
    } catch (error) {
      isUnsent = error instanceof NotSentError;
      const url = `${this.#settings.baseUrl}/v1/images/${request.isEdit ? "edits" : "generations"}`;
      throw toCallError(error, { url, body: withoutBytes(request.body) }, call.abortSignal);
    } finally {
      slot.release(isUnsent);
    }
  }

  async #toResult(
    connection: Connection,
    finished: FinishedJobs,
    options: JimengImageOptions,
    ownWarnings: ImageModelV4Result["warnings"],
  ): Promise<ImageModelV4Result> {
    const pictures = finished.jobs.flatMap((job) => assetsOf(job).map((asset) => ({ job, asset })));
    if (pictures.length === 0) throw finished.failure ?? toNoPictures(finished.jobs);
    const form = { format: options.outputFormat, quality: options.outputQuality };
    const images = await Promise.all(
      pictures.map(({ asset, job }) => download(connection, { asset, jobId: job.id, ...form })),
    );
    return {
      images,
      warnings: [
        ...ownWarnings,
        ...finished.warnings.map(toWarning),
        ...toFailureWarnings(finished, pictures.length),
      ],
      providerMetadata: {
        jimeng: { images: pictures.map(({ job, asset }) => toImageMetadata(job, asset)) },
      },
      response: {
        timestamp: new Date(),
        modelId: finished.jobs[0]?.model ?? this.modelId,
        headers: connection.responseHeaders(),
      },
    };
  }
}

/** Returns the pictures that were asked for; extra ones stay assets of their job. */
function assetsOf(job: JobObject): AssetObject[] {
  const present = (job.result?.assets ?? []).filter(
    (asset) => asset.deleted_at === null && asset.trashed_at === null,
  );
  return present.slice(0, job.request.sequence === undefined ? job.request.count : undefined);
}

/** Tells of the pictures that a failed job of several did not make; the others were paid for and are handed over. */
function toFailureWarnings(
  { failure, jobs }: FinishedJobs,
  count: number,
): ImageModelV4Result["warnings"] {
  if (failure === undefined) return [];
  const failed = jobs.filter(({ status }) => status !== "completed").map(({ id }) => id);
  const message = `Only ${count} pictures were made: ${failed.join(", ")} failed with [${failure.code}] ${failure.message}`;
  return [{ type: "other", message }];
}

function toNoPictures(jobs: JobObject[]): GatewayError {
  const [first] = jobs;
  return new GatewayError("generation_failed", "The job has ended without pictures.", {
    charged: first?.cost.state === "not_charged" ? "no" : "unknown",
    jobId: first?.id ?? null,
    fix: "Look at the job before asking for the same again.",
  });
}
