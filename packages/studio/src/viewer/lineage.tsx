// What a result was made from, and what was made from it.

import type { LibraryAssetObject } from "@jimeng/gateway/api";

import * as words from "../words/viewer.js";
import { useAssets, useMadeFrom } from "./queries.ts";
import { Thumb } from "./thumb.tsx";

/** Both directions; nothing where there is neither. */
export function Lineage({ asset }: { asset: LibraryAssetObject }) {
  const origins = useAssets(asset.made_from);
  const offspring = useMadeFrom(asset.id);
  return (
    <>
      <Row name={words.madeFrom()} assets={origins.data ?? []} />
      <Row name={words.ledTo()} assets={offspring.data ?? []} />
    </>
  );
}

function Row({ name, assets }: { name: string; assets: readonly LibraryAssetObject[] }) {
  if (assets.length === 0) return null;
  return (
    <section>
      <h2 className="mb-1 font-semibold">{name}</h2>
      <div className="flex flex-wrap gap-1.5">
        {assets.map((asset) => (
          <Thumb key={asset.id} asset={asset} />
        ))}
      </div>
    </section>
  );
}
