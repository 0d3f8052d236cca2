// Tells the gateway that results were seen, some time after the host was sent them.

import { withGateway } from "../face.ts";
import type { Face } from "../face.ts";

// A host that is killed while the answer is on its way never read it.
const certainAfterMs = 2000;

/** Notes what the answer to a call showed, unless the host ends or asks for the same again before that is certain. */
export function noteDelivery(
  face: Pick<Face, "gateway" | "calls" | "closing">,
  jobs: readonly { id: string }[],
  call: number,
): void {
  const timer = setTimeout(() => {
    if (face.closing.aborted) return;
    for (const { id } of jobs) {
      if (!face.calls.isLatest(id, call)) continue;
      // Where this gets lost, the same call gives the same result once more.
      withGateway(face, face.closing, (client) => client.jobs.retrieve(id)).catch(() => undefined);
    }
  }, certainAfterMs);
  timer.unref();
}
