// How far the uploads of this page are.

import type { GatewayError } from "@jimeng/gateway/api/client";

import { createStore } from "../../data/store.ts";

/** How far an upload is, from 0 to 1, and why it failed. */
export interface UploadState {
  progress: number;
  error: GatewayError | null;
  /** The picture as the browser has it, until the gateway shows it. */
  previewUrl: string | null;
}

/** The uploads of this page, by the id of their reference. */
export const uploads = createStore<Readonly<Record<string, UploadState>>>({});
