// A note in the page: a state, a warning or a failure, with what to do about it.

import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

/** The tone of a note. */
export type Tone = "plain" | "warn" | "bad";

const tones: Readonly<Record<Tone, string>> = {
  plain: "border-line bg-panel",
  warn: "border-warn bg-warn-soft",
  bad: "border-bad bg-bad-soft",
};
const icons = { plain: Info, warn: TriangleAlert, bad: CircleAlert };

/** Shows a note; `actions` stand at its end. */
export function Note({
  tone = "plain",
  children,
  actions,
  className = "",
}: {
  tone?: Tone;
  children: ReactNode;
  actions?: ReactNode;
  className?: string;
}) {
  const Icon = icons[tone];
  return (
    <div
      className={`flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border px-3 py-2 ${tones[tone]} ${className}`}
    >
      <Icon size={16} aria-hidden className="shrink-0" />
      <div className="min-w-40 flex-1">{children}</div>
      {actions}
    </div>
  );
}
