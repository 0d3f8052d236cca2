// Tells a screen reader what ended, politely and at most every five seconds.

import { useEffect, useState } from "react";

import { onEvent } from "../data/events.ts";
import * as words from "../words/shell.js";

const leastMs = 5000;
const gatherMs = 300;

/** The place where it is told; nothing of it is seen. */
export function Announcer() {
  const [text, setText] = useState("");
  useEffect(() => {
    let [done, failed] = [0, 0];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      timer = undefined;
      if (done + failed === 0) return;
      setText(
        [
          done > 0 ? words.announceDone({ count: done }) : "",
          failed > 0 ? words.announceFailed({ count: failed }) : "",
        ].join(" "),
      );
      [done, failed] = [0, 0];
      timer = setTimeout(tell, leastMs);
    };
    const stop = onEvent(({ type }) => {
      if (type === "job.completed") done += 1;
      else if (type === "job.failed") failed += 1;
      else return;
      // What ends at one moment is told together.
      timer ??= setTimeout(tell, gatherMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  );
}
