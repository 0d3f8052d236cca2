// Hands on what it is told to any number of observers, which may join later.

import { noObserver } from "../observer.ts";
import type { EventObserver, Observer, Tracing } from "../observer.ts";

/** An observer that hands on. */
export interface ForwardingObserver {
  observer: Observer;
  add(target: EventObserver): void;
}

/** Makes an observer that hands on to `targets` at once, and to those that are added; `tracing` follows the work. */
export function createForwardingObserver(
  targets: EventObserver[],
  tracing: Tracing,
): ForwardingObserver {
  const methods = Object.keys(noObserver).filter(
    (name): name is Exclude<keyof EventObserver, "isActive"> =>
      name !== "isActive" && name !== "tracing",
  );
  const forwarding = Object.fromEntries(
    methods.map((name) => [
      name,
      (observation: never) => {
        for (const target of targets) target[name](observation);
      },
    ]),
  ) as Omit<EventObserver, "isActive">;
  const observer: Observer = {
    ...forwarding,
    tracing,
    get isActive() {
      return targets.some(({ isActive }) => isActive);
    },
  };
  return { observer, add: (target) => void targets.push(target) };
}
