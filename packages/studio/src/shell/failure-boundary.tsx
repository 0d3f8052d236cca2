// What is shown in place of a part of the page that failed: the rest stays usable.

import { Component } from "react";
import type { ReactNode } from "react";

import { Button } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import * as words from "../words/shell.js";

interface Props {
  children: ReactNode;
  /** Another place begins anew. */
  place: string;
}

/** Catches what its children throw while they render, a script that is not served any more among it. */
export class FailureBoundary extends Component<Props, { error: Error | null; place: string }> {
  override state = { error: null as Error | null, place: this.props.place };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: { place: string }) {
    return props.place === state.place ? null : { error: null, place: props.place };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <div className="p-4" role="alert">
        <Note
          tone="bad"
          actions={<Button onClick={() => location.reload()}>{words.reload()}</Button>}
        >
          {words.partFailed()}
          <span className="block text-xs text-soft">{this.state.error.message}</span>
        </Note>
      </div>
    );
  }
}
