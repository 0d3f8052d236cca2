// A field of a form under its title.

import { useId } from "react";
import type { ReactNode } from "react";

/** A field under its title. */
export function Field({ title, children }: { title: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="text-soft">
        {title}
      </label>
      {children(id)}
    </div>
  );
}
