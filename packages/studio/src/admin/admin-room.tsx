// The room of this path: empty for now.

import { NotFound } from "../shell/not-found.tsx";

/** Shows that there is nothing yet. */
export function AdminRoom() {
  return <NotFound />;
}
