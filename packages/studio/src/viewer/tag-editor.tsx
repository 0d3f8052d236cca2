// The tags of one result.

import type { LibraryAssetObject } from "@jimeng/gateway/api";
import { useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";

import { client } from "../data/client.ts";
import { tellFailure } from "../library/act.ts";
import * as words from "../words/viewer.js";

/** Shows the tags, takes them away and adds others. */
export function TagEditor({ asset }: { asset: LibraryAssetObject }) {
  const cache = useQueryClient();
  const [name, setName] = useState("");
  const change = (tags: string[]): void => {
    client.assets
      .update(asset.id, { tags })
      .then((updated) => cache.setQueryData(["asset", asset.id], updated), tellFailure);
  };
  return (
    <section className="flex flex-wrap items-center gap-1.5">
      <h2 className="w-full font-semibold">{words.tags()}</h2>
      {asset.tags.map((tag) => (
        <span key={tag} className="flex items-center rounded-md bg-sunken pl-2">
          {tag}
          <button
            type="button"
            className="target grid place-items-center"
            aria-label={words.removeTag({ tag })}
            onClick={() => change(asset.tags.filter((other) => other !== tag))}
          >
            <X size={14} aria-hidden />
          </button>
        </span>
      ))}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === "") return;
          change([...asset.tags, name.trim()]);
          setName("");
        }}
      >
        <label>
          <span className="sr-only">{words.addTag()}</span>
          <input
            className="field w-32"
            placeholder={words.addTag()}
            maxLength={64}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
        </label>
      </form>
    </section>
  );
}
