// Looks up the finished video that a tool works on, before the tool's start is sent.

import type { Product } from "../requests.ts";
import { historyCall } from "../wire/history/history-call.ts";
import { parseSourceVideo } from "../wire/history/source-video.ts";
import type { SourceVideo } from "../wire/history/source-video.ts";
import type { Transport } from "../wire/transport/transport.ts";
import { toRefused } from "./start-errors.ts";

/** Reads a finished video from the account's history. Every error says that nothing was started. */
export async function readSourceVideo(
  transport: Pick<Transport, "call">,
  product: Product,
  signal: AbortSignal | undefined,
): Promise<SourceVideo> {
  const { historyId } = product;
  try {
    const { data } = await transport.call({ ...historyCall("history_ids", [historyId]), signal });
    const records = new Map(Object.entries(data ?? {}));
    return parseSourceVideo(records.get(historyId), product);
  } catch (error) {
    throw toRefused(error);
  }
}
