// A room of the page: its title, what stands beside it, and what is below, in the middle of a wide window.

import type { ReactNode } from "react";

/** Shows a room. */
export function Room({
  title,
  beside,
  children,
}: {
  title: string;
  beside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="min-h-0 grow overflow-auto">
      <div className="mx-auto flex max-w-[72rem] flex-col gap-4 p-3 md:p-6">
        <header className="flex flex-wrap items-center gap-2">
          <h1 className="mr-auto text-lg font-semibold">{title}</h1>
          {beside}
        </header>
        {children}
      </div>
    </div>
  );
}
