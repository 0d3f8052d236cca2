// Lists the voices of the site, page by page (speech.md).

import * as z from "zod";

import { parseData } from "../transport/envelope.ts";
import { list, text } from "../transport/tolerant.ts";
import type { Transport } from "../transport/transport.ts";

/** One voice. */
export interface Voice {
  /** What a request for speech names. */
  id: string;
  title: string;
}

/** Options of `audio.voices`. */
export interface VoicesOptions {
  signal?: AbortSignal;
}

const path = "/mweb/v1/feed";
const pageSize = 50;
// 142 voices were listed; a list without an end must not be read for ever.
const maxPages = 20;
const appId = 1775;

const answerSchema = z.looseObject({ item_list: list });
const itemSchema = z.looseObject({ common_attr: z.looseObject({ id: text, title: text }) });

/** Lists the voices; what cannot be read is left out. */
export async function listVoices(transport: Transport, options: VoicesOptions): Promise<Voice[]> {
  const voices = new Map<string, Voice>();
  for (let page = 0; page < maxPages; page += 1) {
    const { data } = await transport.call({
      host: "mweb",
      path,
      body: {
        panel: "dreamina_tone",
        count: pageSize,
        offset: page * pageSize,
        category_key: "all",
        panel_source: "loki",
        app_id: appId,
        pack_item_opt: { need_favorite_info: true },
      },
      signal: options.signal,
    });
    const items = parseData(answerSchema, data, "feed").item_list ?? [];
    const before = voices.size;
    for (const value of items) {
      const parsed = itemSchema.safeParse(value);
      if (!parsed.success) continue;
      const { id, title } = parsed.data.common_attr;
      if (id !== "") voices.set(id, { id, title });
    }
    // A site that ignores the offset shows the same page again.
    if (items.length < pageSize || voices.size === before) break;
  }
  return [...voices.values()];
}
