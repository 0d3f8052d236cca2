// The button that adds references: files, the camera, or an address.

import { ImagePlus } from "lucide-react";
import { useId, useState } from "react";

import { Button, buttonClass } from "../controls/button.tsx";
import { Popover } from "../controls/popover.tsx";
import * as words from "../words/create.js";
import { rolesOf } from "./legality.ts";
import { takeAddress, takeFiles } from "./take-files.ts";
import type { ComposerState } from "./use-composer.ts";

const types = "image/*,video/*,audio/*,.heic,.heif";

/** The button; disabled with the reason where the model takes no references. */
export function AddReference({ state }: { state: ComposerState }) {
  const isPossible = rolesOf(state.facts, state.draft.kind).length > 0;
  return (
    <Popover
      label={isPossible ? words.addReference() : words.problemNoReferences()}
      disabled={!isPossible}
      button={<ImagePlus size={20} aria-hidden />}
    >
      {(close) => <Ways state={state} close={close} />}
    </Popover>
  );
}

function Ways({ state, close }: { state: ComposerState; close: () => void }) {
  const [address, setAddress] = useState("");
  const addressId = useId();
  const take = (files: FileList | null): void => {
    close();
    takeFiles([...(files ?? [])], state.facts);
  };
  return (
    <div className="flex flex-col gap-2">
      <FileButton text={words.fromFile()} onFiles={take} />
      <FileButton text={words.fromCamera()} onFiles={take} capture />
      <form
        className="flex flex-col gap-1"
        onSubmit={(event) => {
          event.preventDefault();
          if (!takeAddress(address, state.facts)) return;
          setAddress("");
          close();
        }}
      >
        <label htmlFor={addressId} className="text-xs text-soft">
          {words.fromUrl()}
        </label>
        <div className="flex gap-1">
          <input
            id={addressId}
            className="field min-w-0 grow"
            inputMode="url"
            placeholder={words.fromUrlHint()}
            value={address}
            onInput={({ currentTarget }) => setAddress(currentTarget.value)}
          />
          <Button type="submit">{words.add()}</Button>
        </div>
      </form>
      <p className="text-xs text-soft">{words.fromLibraryHint()}</p>
    </div>
  );
}

function FileButton({
  text,
  onFiles,
  capture = false,
}: {
  text: string;
  onFiles: (files: FileList | null) => void;
  capture?: boolean;
}) {
  return (
    <label
      className={buttonClass(
        "usual",
        "has-focus-visible:outline-2 has-focus-visible:outline-accent",
      )}
    >
      {text}
      <input
        type="file"
        className="sr-only"
        multiple={!capture}
        accept={capture ? "image/*" : types}
        capture={capture ? "environment" : undefined}
        onChange={({ currentTarget }) => {
          onFiles(currentTarget.files);
          currentTarget.value = "";
        }}
      />
    </label>
  );
}
