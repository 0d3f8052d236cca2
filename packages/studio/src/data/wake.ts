// Notices that the machine slept: a timer that should have run every few seconds did not.

const tickMs = 5000;
const sleptAfterMs = 30_000;

/** Calls back each time the machine woke up. */
export function onWake(callback: () => void): void {
  let last = Date.now();
  setInterval(() => {
    const now = Date.now();
    if (now - last > sleptAfterMs) callback();
    last = now;
  }, tickMs);
}
