// The room where pictures are made.

import { NotFound } from "../shell/not-found.tsx";

/** Shows the composer and what was made. */
export function CreateRoom() {
  return <NotFound />;
}
