// The gateway's clock: the times that count down are its times, whatever this machine's clock says.

const maxNoiseMs = 1500;

let offsetMs = 0;

/** Notes the time of an answer (`Date` header), which has whole seconds. */
export function noteServerDate(header: string | null, now: number = Date.now()): void {
  if (header === null) return;
  const server = Date.parse(header);
  if (Number.isNaN(server)) return;
  const seen = server + 500 - now;
  // The header's second and the way of the answer move the value a little each time: that is no change.
  if (Math.abs(seen - offsetMs) > maxNoiseMs) offsetMs = seen;
}

/** Returns the gateway's time in Unix seconds, with a fraction. */
export function serverNow(now: number = Date.now()): number {
  return (now + offsetMs) / 1000;
}
