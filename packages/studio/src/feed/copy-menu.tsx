// The menu that copies a request as a command or a program.

import { Copy } from "lucide-react";
import type { JobObject } from "@jimeng/gateway/api";

import { canRemix } from "../create/again.ts";
import { Popover } from "../controls/popover.tsx";
import { gatewayUrl } from "../data/base.ts";
import * as words from "../words/feed.js";
import { copyText } from "./actions.ts";
import type { CopyForm } from "./copy-as.ts";

const programs = ["curl", "TypeScript", "Python"] as const;

/** Returns the forms that say all of a request: the command line has no words for some of it. */
export function formsOf(job: JobObject): readonly CopyForm[] {
  const { options = {}, sample_strength: strength, intelligent_ratio: isFree } = job.request;
  const isSaid =
    canRemix(job) &&
    strength === undefined &&
    isFree !== true &&
    Object.keys(options).length === 0 &&
    (job.kind === "image" || job.request.negative_prompt === undefined);
  return isSaid ? [...programs, "CLI"] : programs;
}

/** The button and its menu. */
export function CopyMenu({ job }: { job: JobObject }) {
  return (
    <Popover
      label={words.copyAs()}
      boxClassName="w-44"
      button={
        <>
          <Copy size={14} aria-hidden />
          {words.copyAs()}
        </>
      }
    >
      {(close) => (
        <div className="flex flex-col">
          {formsOf(job).map((form) => (
            <button
              key={form}
              type="button"
              className="target rounded-md px-2 text-left hover:bg-hover"
              onClick={() => {
                close();
                void import("./copy-as.ts").then(({ toCopyText }) =>
                  copyText(toCopyText(form, job, gatewayUrl)),
                );
              }}
            >
              {form}
            </button>
          ))}
        </div>
      )}
    </Popover>
  );
}
