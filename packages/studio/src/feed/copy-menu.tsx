// The menu that copies a request as a command or a program.

import { Copy } from "lucide-react";
import type { JobObject } from "@jimeng/gateway/api";

import { Popover } from "../controls/popover.tsx";
import { gatewayUrl } from "../data/base.ts";
import * as words from "../words/feed.js";
import { copyText } from "./actions.ts";

const forms = ["curl", "TypeScript", "Python", "CLI"] as const;

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
          {forms.map((form) => (
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
