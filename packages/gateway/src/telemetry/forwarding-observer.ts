// Hands on what it is told to any number of observers, which may join later.

import { noObserver } from "../observer.ts";
import type { Observer } from "../observer.ts";

/** An observer that hands on. */
export interface ForwardingObserver {
  observer: Observer;
  add(target: Observer): void;
}

/** Makes an observer that hands on to `first` at once, and to those that are added. */
export function createForwardingObserver(first?: Observer): ForwardingObserver {
  const targets: Observer[] = first === undefined ? [] : [first];
  const methods = Object.keys(noObserver).filter(
    (name): name is Exclude<keyof Observer, "isActive"> => name !== "isActive",
  );
  const forwarding = Object.fromEntries(
    methods.map((name) => [
      name,
      (observation: never) => {
        for (const target of targets) target[name](observation);
      },
    ]),
  ) as Omit<Observer, "isActive">;
  const observer: Observer = {
    ...forwarding,
    get isActive() {
      return targets.some(({ isActive }) => isActive);
    },
  };
  return { observer, add: (target) => void targets.push(target) };
}
