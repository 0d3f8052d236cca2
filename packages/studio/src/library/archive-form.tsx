// Chooses how selected results are downloaded, and shows how far it is.

import { useRef, useState } from "react";

import { Button } from "../controls/button.tsx";
import { formatNumber } from "../words/format.ts";
import * as words from "../words/library.js";
import { tellFailure } from "./act.ts";
import { downloadArchive, pictureForms } from "./archive.ts";
import type { PictureForm } from "./archive.ts";

/** The form. */
export function ArchiveForm({
  count,
  idsOf,
  onDone,
}: {
  count: number;
  idsOf: () => Promise<string[]>;
  onDone: () => void;
}) {
  const [form, setForm] = useState<PictureForm>("original");
  const [hasSidecars, setSidecars] = useState(false);
  const [done, setDone] = useState<number | null>(null);
  const controller = useRef<AbortController>(null);

  async function run(): Promise<void> {
    controller.current = new AbortController();
    const { signal } = controller.current;
    setDone(0);
    try {
      const ids = await idsOf();
      await downloadArchive(ids, { form, hasSidecars, onProgress: setDone, signal });
      onDone();
    } catch (error) {
      const isStopped = error instanceof DOMException && error.name === "AbortError";
      if (!isStopped) tellFailure(error);
    } finally {
      setDone(null);
    }
  }

  if (done !== null)
    return (
      <div className="flex items-center gap-2">
        <progress max={count} value={done} className="min-w-0 grow" aria-label={words.download()} />
        <span>{words.progressOf({ done: formatNumber(done), total: formatNumber(count) })}</span>
        <Button onClick={() => controller.current?.abort()}>{words.stop()}</Button>
      </div>
    );
  return (
    <div className="flex flex-col gap-2">
      <fieldset className="flex flex-wrap gap-3">
        <legend className="mb-1 text-soft">{words.pictureForm()}</legend>
        {pictureForms.map((each) => (
          <label key={each} className="flex items-center gap-1">
            <input
              type="radio"
              name="picture-form"
              checked={form === each}
              onChange={() => setForm(each)}
            />
            {each === "original" ? words.asStored() : each.toUpperCase()}
          </label>
        ))}
      </fieldset>
      <label className="flex items-center gap-1.5">
        <input
          type="checkbox"
          checked={hasSidecars}
          onChange={({ currentTarget }) => setSidecars(currentTarget.checked)}
        />
        {words.withSidecars()}
      </label>
      <Button look="main" onClick={() => void run()}>
        {words.downloadZip({ count, number: formatNumber(count) })}
      </Button>
    </div>
  );
}
