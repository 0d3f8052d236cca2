// The button that adds references: files, what was made before, the camera, or an address.

import type { LibraryAssetObject } from "@jimeng/gateway/api";
import { ImagePlus } from "lucide-react";
import { Suspense, lazy, useState } from "react";

import { Popover } from "../../controls/popover.tsx";
import * as words from "../../words/create.js";
import { rolesOf } from "../legality.ts";
import { bringFiles, bringStored } from "./bring.ts";
import type { ComposerState } from "../use-composer.ts";

const ReferenceWays = lazy(async () => ({
  default: (await import("./parts.ts")).ReferenceWays,
}));
const LibraryPicker = lazy(async () => ({
  default: (await import("./parts.ts")).LibraryPicker,
}));
const CameraDialog = lazy(async () => ({
  default: (await import("./parts.ts")).CameraDialog,
}));

/** The button; disabled with the reason where the model takes no references. */
export function AddReference({ state }: { state: ComposerState }) {
  const { facts, draft } = state;
  const [shown, setShown] = useState<"library" | "camera" | null>(null);
  const isPossible = rolesOf(facts, draft.kind).length > 0;
  const close = (): void => setShown(null);
  return (
    <>
      <Popover
        label={isPossible ? words.addReference() : words.problemNoReferences()}
        disabled={!isPossible}
        button={<ImagePlus size={20} aria-hidden />}
      >
        {(closeWays) => (
          <Suspense fallback={<div className="h-44" />}>
            <ReferenceWays facts={facts} close={closeWays} onShow={setShown} />
          </Suspense>
        )}
      </Popover>
      <Suspense fallback={null}>
        {shown === "library" && (
          <LibraryPicker
            kind={facts?.reference_limits == null ? "image" : undefined}
            onTake={(assets: readonly LibraryAssetObject[]) => {
              void bringStored(assets, facts);
              close();
            }}
            onClose={close}
          />
        )}
        {shown === "camera" && (
          <CameraDialog
            onTake={(file: File) => {
              void bringFiles([file], facts);
              close();
            }}
            onClose={close}
          />
        )}
      </Suspense>
    </>
  );
}
