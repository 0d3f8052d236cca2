// Starts generations and reads their state: start, check, find, wait, cancel, list. The other resources build on it.

import type { CreditAccount } from "../account/credits.ts";
import { JimengError } from "../errors.ts";
import { refuseUnknownNames } from "../known-names.ts";
import type { NamesOf } from "../known-names.ts";
import type { LiveModels } from "../account/live-models.ts";
import { findModelByKey, requireModel } from "../models/models.ts";
import type { Model } from "../models/model.ts";
import { isLoopbackHost } from "../hosts.ts";
import type { Settings } from "../options.ts";
import { prepareRequest } from "../prepare/prepare.ts";
import type { GenerationKind, Operation } from "../operation.ts";
import type {
  AuditDecision,
  Generation,
  GenerationOutput,
  GenerationRequest,
  MediaReference,
  PreparedImageRequest,
  PreparedRequest,
} from "../requests.ts";
import { ResultCache } from "./result-cache.ts";
import { markRefused, nameUncertainStart, unaffordable } from "./start-errors.ts";
import type { WaitOptions } from "./wait.ts";
import type { DraftInput } from "../wire/drafts/parts.ts";
import { historyCall, maxHistoryIds } from "../wire/history/history-call.ts";
import {
  parseRecord,
  recordSubmitId,
  toForecast,
  toGeneration,
  toOperation,
  unreadableGeneration,
} from "../wire/history/history.ts";
import type { QueuePlace } from "../wire/history/listing.ts";
import type { UrlPolicy } from "../wire/history/outputs.ts";
import type { SourceVideo } from "../wire/history/source-video.ts";
import type { Transport } from "../wire/transport/transport.ts";

/** Options of a start. */
export interface StartOptions {
  /** The caller's token for this one logical start; store it before starting. Default a new uuid. */
  submitId?: string;
  signal?: AbortSignal;
}

const startOptionNames: NamesOf<StartOptions> = { submitId: true, signal: true };

/** Options of a read. */
export interface ReadOptions {
  signal?: AbortSignal;
  /** Number of retries after network errors and 5xx; default the client's own. */
  maxRetryCount?: number;
}

/** A page of the account's own history, newest first. */
export interface GenerationPage {
  generations: Generation[];
  /** Cursor of the next page; null at the end. */
  cursor: string | null;
  /** Number of records of the page that could not be read. */
  unreadable: number;
}

/** The dependencies of Generations. */
export interface GenerationsContext {
  settings: Settings;
  transport: Transport;
  credits: Pick<CreditAccount, "peek" | "forget" | "isMember" | "retrieve">;
  models: Pick<LiveModels, "peek">;
}

const defaultPageSize = 20;

/** The generations of one account. */
export class Generations {
  readonly #settings: Settings;
  readonly #transport: Transport;
  readonly #credits: GenerationsContext["credits"];
  readonly #models: GenerationsContext["models"];
  readonly #results: ResultCache;

  constructor(context: GenerationsContext) {
    this.#settings = context.settings;
    this.#transport = context.transport;
    this.#credits = context.credits;
    this.#models = context.models;
    this.#results = new ResultCache(context.settings.clock);
  }

  /**
   * Starts a paid generation, once. Every error carries `detail.acceptance`: `refused` is sure, `unknown`
   * means that it must be looked up with `find` before this submit id is used again.
   */
  async start(
    request: GenerationRequest | PreparedRequest,
    options: StartOptions = {},
  ): Promise<Operation> {
    const { region, maxPromptLength, random } = this.#settings;
    const models = this.#models.peek();
    const ofTools = request.tool === undefined ? undefined : await toolChecks();
    const prepared = markRefused(() => {
      // A misspelt submit id would leave the caller with one that finds nothing.
      refuseUnknownNames(options, startOptionNames);
      const checks = { region: region.id, maxPromptLength, random, models };
      return request.tool === undefined
        ? prepareRequest(request, checks).request
        : ofTools?.prepareStart(request, checks);
    });
    if (prepared === undefined) throw new Error("a tool's checks were not loaded");
    const model =
      prepared.tool === undefined
        ? requireModel(prepared.model, { kind: prepared.kind, from: models })
        : undefined;
    this.#refuseUnaffordable(prepared, model);
    const submitId = options.submitId ?? crypto.randomUUID();
    const source = await this.#sourceOf(prepared, options.signal);
    const more = source === undefined ? {} : { source };
    return this.#post(prepared, model, submitId, options.signal, more).catch((error: unknown) => {
      throw nameUncertainStart(error, submitId);
    });
  }

  /**
   * Continues a stalled series (`generation.needsContinuation`): posts the same start again with the record's id
   * (`action` 2, generate.md [S]). It may cost credits, so call it once each time the series stalls. Its errors carry
   * `detail.acceptance` as those of a start do.
   */
  async continue(
    operation: Operation,
    request: PreparedImageRequest,
    options: Pick<StartOptions, "signal"> = {},
  ): Promise<void> {
    const { historyId, submitId } = this.#own(operation);
    const model = requireModel(request.model, { kind: request.kind, from: this.#models.peek() });
    await this.#post(request, model, submitId, options.signal, { continues: historyId });
  }

  /**
   * Reads the state of operations by history id, 50 to a request. Returns a map by submit id. An operation that
   * the upstream does not show yet is absent from it, not failed.
   */
  async check(
    operations: readonly Operation[],
    options: ReadOptions = {},
  ): Promise<Map<string, Generation>> {
    const byHistoryId = new Map(
      operations.map((operation) => [this.#own(operation).historyId, operation]),
    );
    return this.#read("history_ids", [...byHistoryId.keys()], options, (historyId) =>
      byHistoryId.get(historyId),
    );
  }

  /**
   * Looks up starts by submit id, several at once; a start whose answer was lost is found this way. Returns a map
   * by submit id. Absent means not accepted, or not visible yet: it takes up to a minute (history.md). `kinds` names
   * what was started under a submit id, if the caller knows it: a record may not say.
   */
  async find(
    submitIds: readonly string[],
    options: ReadOptions & { kinds?: ReadonlyMap<string, GenerationKind> } = {},
  ): Promise<Map<string, Generation>> {
    const { kinds, ...read } = options;
    return this.#read("submit_ids", [...new Set(submitIds)], read, () => undefined, kinds);
  }

  /**
   * Reads one generation; an ended one comes from the cache while its signed URLs live, unless `fresh` is set.
   * Returns undefined when the upstream does not show it.
   */
  async retrieve(
    operation: Operation,
    options: ReadOptions & { fresh?: boolean } = {},
  ): Promise<Generation | undefined> {
    const { fresh, ...read } = options;
    const cached = fresh === true ? undefined : this.#results.get(operation.historyId);
    if (cached !== undefined) return cached;
    const generation = (await this.check([operation], read)).get(operation.submitId);
    if (generation !== undefined) this.#results.set(generation);
    return generation;
  }

  /**
   * Waits until a generation has ended and returns it, also when it failed. Throws `generation_timeout`
   * at the deadline (15 minutes for pictures, 24 hours for videos by default) and `cancelled` on abort.
   */
  async wait(operation: Operation, options: WaitOptions = {}): Promise<Generation> {
    const { waitForGeneration, waitOptionNames } = await import("./wait.ts");
    refuseUnknownNames(options, waitOptionNames);
    return waitForGeneration(this, this.#settings, operation, options, {
      recover: (generation) => this.fullQuality(generation, { signal: options.signal }),
    });
  }

  /**
   * Reads the results in full quality: a video's history URL is a preview of about a fifth of the bit rate
   * (history.md), and a record may show no items although it reserved them. Outputs that are not found are returned as they are.
   */
  async fullQuality(
    generation: Pick<Generation, "operation" | "outputs" | "reservedItemIds">,
    options: ReadOptions = {},
  ): Promise<GenerationOutput[]> {
    const { kind } = generation.operation;
    const shown = generation.outputs.map((output) => output.itemId);
    const ids = [...new Set(shown.length > 0 ? shown : (generation.reservedItemIds ?? []))];
    if (ids.length === 0) return generation.outputs;
    const found = await this.#localItems(ids, kind, options);
    if (shown.length === 0) return ids.flatMap((id) => found.get(id) ?? []);
    return generation.outputs.map((output) => found.get(output.itemId) ?? output);
  }

  /** Reads places in the queue by submit id; an operation that the upstream does not show is absent. */
  async queue(
    operations: readonly Operation[],
    options: ReadOptions = {},
  ): Promise<Map<string, QueuePlace>> {
    const { parseQueuePlace, queueCall } = await sideCalls();
    const places = new Map<string, QueuePlace>();
    for (let from = 0; from < operations.length; from += maxHistoryIds) {
      const batch = operations.slice(from, from + maxHistoryIds);
      const { data } = await this.#transport.call({
        ...queueCall(batch.map((operation) => this.#own(operation).historyId)),
        ...options,
      });
      for (const { historyId, submitId } of batch) {
        const place = parseQueuePlace(valueOf(data, historyId));
        if (place !== undefined) places.set(submitId, place);
      }
    }
    return places;
  }

  /** Asks the upstream to cancel; a later check shows whether it did and refunded the credits. */
  async cancel(operation: Operation, options: ReadOptions = {}): Promise<void> {
    const { cancelCall } = await sideCalls();
    await this.#transport.call({ ...cancelCall(this.#own(operation).historyId), ...options });
  }

  /**
   * Asks the site's free check about materials that a start of a model is to refer to (their order is kept). It starts
   * nothing and does not bind the site: what passes may still be refused later. Throws what a read throws; whoever
   * checks before a start then goes on without it.
   */
  async audit(
    model: string,
    materials: readonly MediaReference[],
    options: Pick<ReadOptions, "signal"> = {},
  ): Promise<AuditDecision[]> {
    const { auditCall, parseAudit } = await import("../wire/start/audit.ts");
    const found = requireModel(model, { from: this.#models.peek() });
    const call = auditCall(found, this.#settings.region.id, materials);
    const { data } = await this.#transport.call({ ...call, ...options });
    return parseAudit(data, materials.length);
  }

  /** Lists the account's own history, including what was made on the site, 20 to a page by default. */
  async list(
    options: ReadOptions & { limit?: number; cursor?: string } = {},
  ): Promise<GenerationPage> {
    const { limit = defaultPageSize, cursor = "", ...read } = options;
    const { historyListCall, parseHistoryList, parseRecordPrompt } = await sideCalls();
    const { data } = await this.#transport.call({ ...historyListCall(limit, cursor), ...read });
    const page = parseHistoryList(data);
    const generations = page.records.flatMap((record) => {
      const submitId = recordSubmitId(record);
      const generation =
        submitId === undefined ? undefined : this.#toGeneration(record, submitId, undefined);
      return generation === undefined ? [] : [{ ...generation, prompt: parseRecordPrompt(record) }];
    });
    const unreadable = page.records.length - generations.length;
    return { generations, cursor: page.cursor, unreadable };
  }

  /** Returns the models that this client's starts accept: the live list once it was read, else the built-in one. */
  models(): readonly Model[] {
    return this.#models.peek();
  }

  /** Reads the finished video that a tool works on; undefined for every other start. */
  async #sourceOf(
    prepared: PreparedRequest,
    signal: AbortSignal | undefined,
  ): Promise<SourceVideo | undefined> {
    if (prepared.tool !== "frame_interpolation" || prepared.product === undefined) return undefined;
    const { readSourceVideo } = await paidStart();
    return readSourceVideo(this.#transport, prepared.product, signal);
  }

  async #post(
    prepared: PreparedRequest,
    model: Model | undefined,
    submitId: string,
    signal: AbortSignal | undefined,
    more: Pick<DraftInput, "continues" | "source">,
  ): Promise<Operation> {
    const startedAt = this.#settings.clock.now();
    const { explainRefusal, generateCall, noRecord, parseStartedRecord, parseStartRefusal } =
      await paidStart();
    const call = generateCall(prepared, model, submitId, this.#settings, more);
    const reply = await this.#transport.call({ ...call, signal }).catch(async (error: unknown) => {
      throw await explainRefusal(error, model, this.#credits);
    });
    this.#credits.forget();
    const record = parseStartedRecord(reply.data);
    if (record === undefined)
      throw parseStartRefusal(reply.data, reply.logid) ?? noRecord(reply.logid);
    return {
      version: 1,
      region: this.#settings.region.id,
      kind: prepared.kind,
      model: prepared.model,
      submitId,
      historyId: record.history_record_id,
      startedAt,
      forecast: toForecast(record),
      logid: reply.logid,
    };
  }

  /** Throws when a start surely cannot be paid: the price is known and the balance is younger than 30 s. */
  #refuseUnaffordable({ resolution = "" }: PreparedRequest, model: Model | undefined): void {
    const price = model?.prices?.[resolution];
    const total = this.#credits.peek()?.total;
    if (price === undefined || total === undefined || total >= price) return;
    throw unaffordable(price, total);
  }

  async #localItems(
    ids: readonly string[],
    kind: Operation["kind"],
    options: ReadOptions,
  ): Promise<Map<string, GenerationOutput>> {
    const { localItemsCall, parseLocalItems } = await sideCalls();
    try {
      const { data } = await this.#transport.call({ ...localItemsCall(ids, kind), ...options });
      return parseLocalItems(data, kind, this.#urlPolicy());
    } catch (error) {
      // ret 3005: the items are not stored yet; that is an answer, not a failure.
      if (JimengError.isInstance(error) && error.code === "not_found") return new Map();
      throw error;
    }
  }

  async #read(
    by: "history_ids" | "submit_ids",
    ids: readonly string[],
    options: ReadOptions,
    operationOf: (id: string) => Operation | undefined,
    kinds?: ReadonlyMap<string, GenerationKind>,
  ): Promise<Map<string, Generation>> {
    const found = new Map<string, Generation>();
    for (let from = 0; from < ids.length; from += maxHistoryIds) {
      const batch = ids.slice(from, from + maxHistoryIds);
      const { data } = await this.#transport.call({ ...historyCall(by, batch), ...options });
      for (const id of batch) {
        const value = valueOf(data, id);
        if (value === undefined || value === null) continue;
        const generation = this.#toGeneration(value, id, operationOf(id), kinds?.get(id));
        if (generation !== undefined) found.set(generation.operation.submitId, generation);
      }
    }
    return found;
  }

  #toGeneration(
    value: unknown,
    id: string,
    known: Operation | undefined,
    kind?: GenerationKind,
  ): Generation | undefined {
    const record = parseRecord(value);
    if (record === undefined) {
      // One unreadable answer does not fail a paid job: it stays pending.
      this.#settings.logger.warn(
        { code: "unexpected_response", id },
        "a history record could not be read; it stays pending",
      );
      return known === undefined ? undefined : unreadableGeneration(known);
    }
    const region = this.#settings.region.id;
    const from = this.#models.peek();
    const operation =
      known ?? toOperation(record, id, region, (key) => findModelByKey(key, region, from), kind);
    if (operation.historyId === "") return undefined;
    return toGeneration(record, operation, this.#urlPolicy());
  }

  #urlPolicy(): UrlPolicy {
    return { allowLoopback: isLoopbackHost(new URL(this.#settings.region.hosts.mweb).hostname) };
  }

  #own(operation: Operation): Operation {
    const { id } = this.#settings.region;
    if (operation.region === id) return operation;
    throw new JimengError(
      "invalid_request",
      `The operation belongs to ${operation.region}, this client to ${id}.`,
      {
        param: "operation",
        fix: "Use a client of the account that started it.",
      },
    );
  }
}

/** Loads the drafts and the reading of a start's answer: a program that only polls, or only reads models, needs none. */
const paidStart = () => import("./paid-start.ts");
/** Loads the checks of tools. */
const toolChecks = () => import("../prepare/tools.ts");
/** Loads the calls that starting and polling do not need: most programs never list, cancel or read the queue. */
const sideCalls = () => import("../wire/history/listing.ts");

function valueOf(data: unknown, id: string): unknown {
  return typeof data === "object" && data !== null && Object.hasOwn(data, id)
    ? (data as Record<string, unknown>)[id]
    : undefined;
}
