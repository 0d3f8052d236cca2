// The references of a draft: small pictures with role and progress, in an order that drag and keys change.

import { ArrowLeft, ArrowRight, AudioLines, Film, ImageOff, RotateCw, X } from "lucide-react";
import { useState } from "react";

import { IconButton } from "../../controls/button.tsx";
import { useStore } from "../../data/store.ts";
import * as words from "../../words/references.js";
import { errorWords } from "../../words/errors.ts";
import { changeReferences, draft } from "../draft.ts";
import type { DraftReference } from "../draft.ts";
import { allRolesOf, rolesOf } from "../legality.ts";
import { listMentionable } from "./mentions.ts";
import { roleName } from "../texts.ts";
import { previewOf, removeReference, uploadAgain } from "./upload.ts";
import { uploads } from "./uploads.ts";
import type { ComposerState } from "../use-composer.ts";

function change(id: string, changes: Partial<DraftReference>): void {
  changeReferences(
    draft
      .get()
      .references.map((reference) =>
        reference.id === id ? { ...reference, ...changes } : reference,
      ),
  );
}

/** Moves a reference to another place. */
export function moveReference(
  references: readonly DraftReference[],
  id: string,
  to: number,
): readonly DraftReference[] {
  const from = references.findIndex((reference) => reference.id === id);
  const moved = references[from];
  if (moved === undefined) return references;
  const place = Math.max(0, Math.min(to, references.length - 1));
  return references.toSpliced(from, 1).toSpliced(place, 0, moved);
}

/** The strip. */
export function ReferencesStrip({ state }: { state: ComposerState }) {
  const { references } = state.draft;
  const [dragged, setDragged] = useState<string | null>(null);
  return (
    <ul className="flex gap-2 overflow-x-auto pb-1">
      {references.map((reference, at) => (
        <li
          key={reference.id}
          draggable
          onDragStart={() => setDragged(reference.id)}
          onDragOver={(event) => {
            if (dragged !== null) event.preventDefault();
          }}
          onDrop={(event) => {
            if (dragged === null) return;
            event.preventDefault();
            event.stopPropagation();
            changeReferences(moveReference(references, dragged, at));
            setDragged(null);
          }}
        >
          <Reference state={state} reference={reference} at={at} />
        </li>
      ))}
    </ul>
  );
}

function Reference({
  state,
  reference,
  at,
}: {
  state: ComposerState;
  reference: DraftReference;
  at: number;
}) {
  const { references, kind } = state.draft;
  const { id, name, role } = reference;
  const roles = rolesOf(state.facts, kind);
  const shown = [...new Set([...roles, role, ...allRolesOf(kind)])];
  const move = (to: number): void => changeReferences(moveReference(references, id, to));
  return (
    <div className="w-32 rounded-md border border-line bg-raised p-1">
      <Preview reference={reference} number={numberOf(references, id)} />
      <div className="mt-1 flex items-center">
        <select
          className="min-w-0 grow truncate rounded-sm bg-transparent text-xs"
          aria-label={words.role({ name })}
          value={role}
          onChange={({ currentTarget }) =>
            change(id, { role: currentTarget.value as DraftReference["role"] })
          }
        >
          {shown.map((each) => (
            <option key={each} value={each} disabled={!roles.includes(each)}>
              {roles.includes(each)
                ? roleName(each)
                : words.notWithModel({ choice: roleName(each) })}
            </option>
          ))}
        </select>
        {at > 0 && (
          <IconButton
            label={words.moveLeft({ name })}
            className="shrink-0 px-0.5"
            onClick={() => move(at - 1)}
          >
            <ArrowLeft size={14} aria-hidden />
          </IconButton>
        )}
        {at < references.length - 1 && (
          <IconButton
            label={words.moveRight({ name })}
            className="shrink-0 px-0.5"
            onClick={() => move(at + 1)}
          >
            <ArrowRight size={14} aria-hidden />
          </IconButton>
        )}
      </div>
      {role === "keyframe" && (
        <input
          className="field w-full"
          type="number"
          min={0.1}
          step={0.1}
          aria-label={words.keyframeSeconds({ name })}
          value={reference.seconds ?? ""}
          onInput={({ currentTarget }) =>
            change(id, {
              seconds: Number(currentTarget.value) > 0 ? Number(currentTarget.value) : null,
            })
          }
        />
      )}
    </div>
  );
}

/** Returns the number by which the prompt names a reference; undefined for a frame, which it cannot name. */
function numberOf(references: readonly DraftReference[], id: string): number | undefined {
  return listMentionable(references).find(({ reference }) => reference.id === id)?.number;
}

function Preview({ reference, number }: { reference: DraftReference; number: number | undefined }) {
  const { id, name, source, kind } = reference;
  const upload = useStore(uploads)[id];
  const url = upload?.previewUrl ?? previewOf(reference);
  const Icon = { image: ImageOff, video: Film, audio: AudioLines }[kind];
  return (
    <div className="relative flex h-20 items-center justify-center overflow-hidden rounded-sm bg-sunken">
      {url === null ? (
        <span className="flex flex-col items-center gap-1 px-1 text-xs text-soft">
          <Icon size={20} aria-hidden />
          <span className="line-clamp-2 text-center">{name}</span>
        </span>
      ) : (
        <img src={url} alt={name} className="size-full object-cover" draggable={false} />
      )}
      {number !== undefined && (
        <span className="absolute bottom-1 left-1 rounded-sm bg-black px-1 text-xs text-white">
          @{number}
        </span>
      )}
      {source === null && upload?.error == null && (
        <progress
          className="absolute inset-x-1 bottom-0.5 h-1 w-auto"
          max={1}
          value={upload?.progress ?? 0}
          aria-label={name}
        />
      )}
      {upload?.error != null && (
        <div
          className="absolute inset-0 flex flex-col items-center justify-center gap-1 overflow-auto bg-bad-soft p-1 text-xs text-bad"
          role="alert"
        >
          <span className="line-clamp-3">{errorWords(upload.error).message}</span>
          <IconButton label={words.retryUpload()} onClick={() => uploadAgain(id)}>
            <RotateCw size={14} aria-hidden />
          </IconButton>
        </div>
      )}
      <button
        type="button"
        aria-label={words.remove({ name })}
        onClick={() => removeReference(id)}
        className="absolute top-0.5 right-0.5 flex size-6 items-center justify-center rounded-full bg-black text-white"
      >
        <X size={14} aria-hidden />
      </button>
    </div>
  );
}
