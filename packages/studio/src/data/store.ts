// A value that components follow: the state that is no answer of the gateway.

import { useSyncExternalStore } from "react";

/** A value with followers. */
export interface Store<Value> {
  get(): Value;
  /** Sets the value, or what a function makes of the last one; followers hear of a change only. */
  set(value: Value | ((before: Value) => Value)): void;
  /** Calls back after every change; returns how to stop. */
  subscribe(onChange: () => void): () => void;
}

/** Makes a store that begins with a value. */
export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial;
  const followers = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      const changed = typeof next === "function" ? (next as (before: Value) => Value)(value) : next;
      if (Object.is(changed, value)) return;
      value = changed;
      for (const follower of followers) follower();
    },
    subscribe(onChange) {
      followers.add(onChange);
      return () => followers.delete(onChange);
    },
  };
}

/** Returns the value of a store, and renders anew when it changes. */
export function useStore<Value>(store: Store<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get);
}
