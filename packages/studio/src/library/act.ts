// What is done with results: stars, tags, the trash, and taking it back.

import type { LibraryAssetObject } from "@jimeng/gateway/api";

import { client } from "../data/client.ts";
import { showToast } from "../controls/toast.tsx";
import * as words from "../words/library.js";
import type { AssetIndex } from "./asset-index.ts";
import { toAssetQuery } from "./filters.ts";
import type { LibraryView } from "./filters.ts";
import type { Selection } from "./selection.ts";
import { reasonText } from "../words/errors.ts";

const perCall = 1000;

/** Acts that can be taken back, the latest last. */
const undos: (() => Promise<void>)[] = [];
const mostUndos = 20;

/** Takes the latest act back; returns whether there was one. */
export async function undoLast(): Promise<boolean> {
  const undo = undos.pop();
  if (undo === undefined) return false;
  await undo();
  return true;
}

type Change = Omit<Parameters<typeof client.assets.updateMany>[0], "ids">;

async function change(ids: readonly string[], changes: Change): Promise<string[]> {
  const updated: string[] = [];
  for (let at = 0; at < ids.length; at += perCall) {
    const part = ids.slice(at, at + perCall);
    updated.push(...(await client.assets.updateMany({ ids: part, ...changes })).updated);
  }
  return updated;
}

/** Runs an act and tells of it, with a way back; tells of a failure instead. */
async function act(
  text: (count: number) => string,
  work: () => Promise<{ count: number; undo: () => Promise<void> }>,
): Promise<boolean> {
  try {
    const { count, undo } = await work();
    const takeBack = async (): Promise<void> => {
      await undo().catch(tellFailure);
    };
    undos.push(takeBack);
    if (undos.length > mostUndos) undos.shift();
    const run = (): void => {
      undos.splice(undos.indexOf(takeBack), 1);
      void takeBack();
    };
    showToast({ text: text(count), action: { label: words.undo(), run } });
    return true;
  } catch (error) {
    tellFailure(error);
    return false;
  }
}

/** Tells of a failure in a note. */
export function tellFailure(error: unknown): void {
  showToast({ text: reasonText(error), tone: "bad" });
}

const perRead = 100;

/** Reads results by their ids; those that are gone are left out. */
async function readAll(ids: readonly string[]): Promise<LibraryAssetObject[]> {
  const found: LibraryAssetObject[] = [];
  for (let at = 0; at < ids.length; at += perRead)
    found.push(...(await client.assets.getMany(ids.slice(at, at + perRead))).data);
  return found;
}

/** Stars results, or takes their stars; what was so before stays so when it is taken back. */
export function star(index: AssetIndex | null, ids: readonly string[], starred: boolean) {
  const set = async (some: readonly string[], value: boolean): Promise<number> => {
    const updated = await change(some, { starred: value });
    index?.patch(new Set(some), { starred: value });
    return updated.length;
  };
  const text = (count: number): string =>
    starred ? words.starredToast({ count }) : words.unstarredToast({ count });
  return act(text, async () => {
    const others = (await readAll(ids)).filter((asset) => asset.starred !== starred);
    const changed = others.map(({ id }) => id);
    return {
      count: await set(ids, starred),
      undo: async () => void (await set(changed, !starred)),
    };
  });
}

/** Puts a tag on results; those that had it keep it when it is taken back. */
export function tag(ids: readonly string[], name: string) {
  return act(
    (count) => words.taggedToast({ count, tag: name }),
    async () => {
      const others = (await readAll(ids)).filter(({ tags }) => !tags.includes(name));
      const changed = others.map(({ id }) => id);
      return {
        count: (await change(ids, { add_tags: [name] })).length,
        undo: async () => void (await change(changed, { remove_tags: [name] })),
      };
    },
  );
}

/** Puts results into the trash, or takes them out; they leave the view either way. */
export function move(index: AssetIndex | null, ids: readonly string[], trashed: boolean) {
  const text = (count: number): string =>
    trashed ? words.trashedToast({ count }) : words.restoredToast({ count });
  return act(text, async () => {
    const moved = await change(ids, { trashed });
    index?.remove(new Set(ids));
    return {
      count: moved.length,
      undo: async () => {
        await change(moved, { trashed: !trashed });
        await putBack(index, moved);
      },
    };
  });
}

async function putBack(index: AssetIndex | null, ids: readonly string[]): Promise<void> {
  if (index === null) return;
  for (const item of await readAll(ids)) index.insert(item);
}

/** Returns the ids of a selection, reading them where all of a view are selected. */
export async function idsOf(selection: Selection, view: LibraryView): Promise<string[]> {
  if (!selection.isAll) return [...selection.ids];
  const found: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await client.assets.grid({ ...toAssetQuery(view), limit: perCall, after });
    found.push(...page.data.map(({ id }) => id).filter((id) => !selection.ids.has(id)));
    if (!page.has_more || page.last_id === null) return found;
    after = page.last_id;
  }
}
