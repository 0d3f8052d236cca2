// Makes a result again with one change, which is shown as a difference before anything is paid.

import type { JobObject } from "@jimeng/gateway/api";
import { Dice5, Lock } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import { useLocation } from "wouter";

import { Button } from "../controls/button.tsx";
import { Dialog } from "../controls/dialog.tsx";
import { Note } from "../controls/note.tsx";
import * as words from "../words/viewer.js";
import { differenceOf } from "./difference.ts";
import { priceText, useEstimate } from "./price.tsx";
import { toRemixBody } from "../create/again.ts";
import { startJob } from "./start-job.ts";
import { reasonText } from "../words/errors.ts";

/** The dialog. */
export function Remix({ job, onClose }: { job: JobObject; onClose: () => void }) {
  const [, go] = useLocation();
  const [prompt, setPrompt] = useState(job.request.prompt);
  const [keepsSeed, setKeepsSeed] = useState(job.request.seed !== undefined);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const settled = useDeferredValue(prompt);
  const seed = keepsSeed ? (job.request.seed ?? null) : null;
  const body = useMemo(() => toRemixBody(job, { prompt: settled, seed }), [job, settled, seed]);
  // The price does not hang on the words.
  const priced = useMemo(() => toRemixBody(job, { prompt: job.request.prompt, seed }), [job, seed]);
  const estimate = useEstimate(priced);
  const isEmpty = prompt.trim() === "";
  return (
    <Dialog title={words.remix()} onClose={onClose} className="w-[40rem]">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          setBusy(true);
          startJob(body, () => go("/jobs")).then(onClose, (error: unknown) => {
            setBusy(false);
            setFailure(reasonText(error));
          });
        }}
      >
        <label className="flex flex-col gap-1">
          <span className="text-soft">{words.prompt()}</span>
          <textarea
            autoFocus
            rows={5}
            className="field w-full resize-y"
            value={prompt}
            onChange={({ currentTarget }) => setPrompt(currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
              event.preventDefault();
              if (!isEmpty && !isBusy) event.currentTarget.form?.requestSubmit();
            }}
          />
        </label>
        <Difference before={job.request.prompt} after={settled} />
        {job.request.seed !== undefined && (
          <label className="flex items-center gap-1.5">
            <input
              type="checkbox"
              checked={keepsSeed}
              onChange={({ currentTarget }) => setKeepsSeed(currentTarget.checked)}
            />
            {keepsSeed ? <Lock size={14} aria-hidden /> : <Dice5 size={14} aria-hidden />}
            {words.keepSeed({ seed: String(job.request.seed) })}
          </label>
        )}
        <p className="text-soft">
          {words.staysTheSame({
            list: [job.model, job.request.ratio, job.request.resolution]
              .filter((part) => part !== undefined && part !== "")
              .join(" · "),
          })}
        </p>
        {failure !== null && <Note tone="bad">{failure}</Note>}
        <div className="flex items-center justify-end gap-2">
          <span className="text-soft">
            {estimate.error === null ? priceText(estimate.data) : reasonText(estimate.error)}
          </span>
          <Button type="submit" look="main" disabled={isBusy || isEmpty}>
            {words.makeRemix()}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Difference({ before, after }: { before: string; after: string }) {
  const pieces = useMemo(() => differenceOf(before, after), [before, after]);
  if (before === after) return <p className="text-soft">{words.nothingChanged()}</p>;
  return (
    <p className="rounded-md bg-sunken p-2 whitespace-pre-wrap" aria-label={words.difference()}>
      {pieces.map(({ kind, text }, at) =>
        kind === "same" ? (
          <span key={at}>{text}</span>
        ) : kind === "out" ? (
          <del key={at} className="bg-bad-soft text-bad">
            {text}
          </del>
        ) : (
          <ins key={at} className="bg-accent-soft text-accent">
            {text}
          </ins>
        ),
      )}
    </p>
  );
}
