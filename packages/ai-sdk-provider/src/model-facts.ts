// What /v1/models says of a model, read once.

import type { ModelObject } from "@jimeng/gateway/api";
import { GatewayError } from "@jimeng/gateway/api/client";

import type { Connection } from "./connection.ts";

/** What a model can do. */
export type Facts = ModelObject["jimeng"];

/** Reads the facts of one model; a failure is not kept. */
export class ModelFacts {
  readonly #modelId: string;
  #read: Promise<Facts | undefined> | undefined;

  constructor(modelId: string) {
    this.#modelId = modelId;
  }

  /** Returns the facts; undefined for a model that the gateway does not list. */
  async read(connection: Connection): Promise<Facts | undefined> {
    this.#read ??= readFacts(connection, this.#modelId);
    try {
      return await this.#read;
    } catch (error) {
      this.#read = undefined;
      throw error;
    }
  }
}

async function readFacts(connection: Connection, modelId: string): Promise<Facts | undefined> {
  try {
    const { client, signal } = connection;
    const model = await connection.recover(() => client.models.retrieve(modelId, { signal }));
    return model.jimeng;
  } catch (error) {
    if (error instanceof GatewayError && error.status === 404) return undefined;
    throw error;
  }
}
