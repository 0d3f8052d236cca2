// What is shown at a path that is no room.

import { Link } from "wouter";

import { Note } from "../controls/note.tsx";
import * as words from "../words/shell.js";

/** A note with the way back. */
export function NotFound() {
  return (
    <div className="p-4">
      <Note
        actions={
          <Link href="/" className="text-accent underline">
            {words.create()}
          </Link>
        }
      >
        {words.noSuchPlace()}
      </Note>
    </div>
  );
}
