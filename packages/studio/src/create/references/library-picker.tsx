// Choosing references among what was made: a dialog with a search and a grid, for the mouse and for keys.

import type { LibraryAssetObject } from "@jimeng/gateway/api";
import { GatewayError } from "@jimeng/gateway/api/client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useEffect, useState } from "react";

import { Button } from "../../controls/button.tsx";
import { Dialog } from "../../controls/dialog.tsx";
import { Note } from "../../controls/note.tsx";
import { client } from "../../data/client.ts";
import * as words from "../../words/references.js";
import { errorWords } from "../../words/errors.ts";
import { PickerGrid } from "./picker-grid.tsx";

const perPage = 60;
const typingMs = 200;

function useFound(q: string, kind: "image" | undefined) {
  return useInfiniteQuery({
    queryKey: ["picker", q, kind],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.assets.list({
        ...(q !== "" && { q }),
        ...(kind !== undefined && { kind }),
        after: pageParam,
        limit: perPage,
        signal,
      }),
    getNextPageParam: (page) => (page.has_more ? (page.last_id ?? undefined) : undefined),
    // Nothing that one is at goes away while the next search is under way.
    placeholderData: keepPreviousData,
    // What was made since the last look belongs to it.
    staleTime: 0,
  });
}

/** The dialog; `onTake` gets what was chosen, in the order of choosing. */
export function LibraryPicker({
  kind,
  onTake,
  onClose,
}: {
  /** Pictures only; undefined for everything. */
  kind: "image" | undefined;
  onTake: (assets: readonly LibraryAssetObject[]) => void;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  const [chosen, setChosen] = useState<readonly LibraryAssetObject[]>([]);
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), typingMs);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data, error, isPending, hasNextPage, fetchNextPage } = useFound(q, kind);
  const found = data?.pages.flatMap((page) => page.data) ?? [];
  const toggle = (asset: LibraryAssetObject): void =>
    setChosen((before) =>
      before.some(({ id }) => id === asset.id)
        ? before.filter(({ id }) => id !== asset.id)
        : [...before, asset],
    );
  const take = (): void => {
    if (chosen.length > 0) onTake(chosen);
  };
  return (
    <Dialog title={words.fromLibrary()} onClose={onClose} className="w-[56rem]">
      <div
        className="flex h-[65dvh] flex-col gap-3"
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          take();
        }}
      >
        <label className="relative block">
          <Search size={16} aria-hidden className="absolute top-1/2 left-2 -translate-y-1/2" />
          <input
            type="search"
            className="field w-full pl-8"
            placeholder={words.searchLibrary()}
            aria-label={words.searchLibrary()}
            value={typed}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </label>
        {error instanceof GatewayError && <Note tone="bad">{errorWords(error).message}</Note>}
        {!isPending && error === null && found.length === 0 && (
          <p className="p-6 text-center text-soft">
            {q === "" ? words.libraryEmpty() : words.nothingFound()}
          </p>
        )}
        <PickerGrid
          assets={found}
          chosen={chosen}
          isLoading={isPending}
          onToggle={toggle}
          onEnd={() => {
            if (hasNextPage) void fetchNextPage();
          }}
        />
        <div className="flex items-center justify-end gap-2">
          <Button onClick={onClose}>{words.cancel()}</Button>
          <Button look="main" aria-disabled={chosen.length === 0} title="Ctrl+Enter" onClick={take}>
            {chosen.length === 0 ? words.add() : words.addSome({ count: chosen.length })}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
