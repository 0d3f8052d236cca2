// The ways to add a reference: files, what was made before, the camera, an address.

import { useId, useState } from "react";

import { Button, buttonClass } from "../../controls/button.tsx";
import { useMedia } from "../../controls/media.ts";
import * as words from "../../words/references.js";
import type { ModelFacts } from "../legality.ts";
import { takeAddress, takeFiles } from "./take-files.ts";

const types = "image/*,video/*,audio/*,.heic,.heif";

/** The ways, in the box of the button. */
export function ReferenceWays({
  facts,
  close,
  onShow,
}: {
  facts: ModelFacts | undefined;
  close: () => void;
  onShow: (shown: "library" | "camera") => void;
}) {
  // A phone has an app for it. Without https a browser gives no camera to a page of another machine.
  const hasOwnCamera = useMedia("(pointer: coarse)") || navigator.mediaDevices === undefined;
  const take = (files: FileList | null): void => {
    close();
    takeFiles([...(files ?? [])], facts);
  };
  const show = (what: "library" | "camera"): void => {
    close();
    onShow(what);
  };
  return (
    <div className="flex flex-col gap-2">
      <FileButton text={words.fromFile()} onFiles={take} />
      <Button onClick={() => show("library")}>{words.fromLibrary()}</Button>
      {hasOwnCamera ? (
        <FileButton text={words.fromCamera()} onFiles={take} capture />
      ) : (
        <Button onClick={() => show("camera")}>{words.fromCamera()}</Button>
      )}
      <AddressForm facts={facts} close={close} />
    </div>
  );
}

function AddressForm({ facts, close }: { facts: ModelFacts | undefined; close: () => void }) {
  const [address, setAddress] = useState("");
  const [isWrong, setWrong] = useState(false);
  const id = useId();
  return (
    <form
      className="flex flex-col gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        const isTaken = takeAddress(address, facts);
        setWrong(!isTaken);
        if (!isTaken) return;
        setAddress("");
        close();
      }}
    >
      <label htmlFor={id} className="text-xs text-soft">
        {words.fromUrl()}
      </label>
      <div className="flex gap-1">
        <input
          id={id}
          className="field min-w-0 grow"
          inputMode="url"
          placeholder={words.fromUrlHint()}
          aria-invalid={isWrong}
          aria-describedby={isWrong ? `${id}-wrong` : undefined}
          value={address}
          onInput={({ currentTarget }) => {
            setAddress(currentTarget.value);
            setWrong(false);
          }}
        />
        <Button type="submit">{words.add()}</Button>
      </div>
      {isWrong && (
        <p id={`${id}-wrong`} role="alert" className="text-xs text-bad">
          {words.noAddress()}
        </p>
      )}
    </form>
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
