// The idempotency keys of the calls into which the AI SDK splits one generateImage under a key of the caller's.

import { idempotencyKeyOf } from "../headers.ts";

type Headers = Record<string, string | undefined>;

interface Slots {
  taken: Set<number>;
  /** Slots of calls of which nothing was sent: the AI SDK repeats them. */
  owed: number[];
}

/** The key of one call, to be given back when the call ends. */
export interface KeySlot {
  key: string;
  /** True where the key is the caller's, under which the call may be repeated. */
  isCallers: boolean;
  /** Gives the slot back; `isUnsent` when the same call comes again. */
  release(isUnsent: boolean): void;
}

/**
 * Hands out keys. Without a key of the caller's each call has its own. With one, the calls of one generateImage that run
 * at the same time have the key and numbered ones after it, in an order that is the same in every process: under one
 * key they would all be given the same pictures. Calls belong together when they share their headers object.
 */
export class KeySlots {
  readonly #byHeaders = new WeakMap<Headers, Slots>();

  /** Takes the key of a call. */
  take(headers: Headers | undefined, option: string | undefined): KeySlot {
    const callersKey = idempotencyKeyOf(headers) ?? option;
    if (callersKey === undefined) {
      const key = `aisdk_img_${crypto.randomUUID()}`;
      return { key, isCallers: false, release: () => undefined };
    }
    const slots = this.#slotsOf(headers);
    const slot = slots.owed.shift() ?? lowestFree(slots.taken);
    slots.taken.add(slot);
    return {
      key: slot === 1 ? callersKey : `${callersKey}-${slot}`,
      isCallers: true,
      release(isUnsent) {
        if (isUnsent) slots.owed.push(slot);
        else slots.taken.delete(slot);
      },
    };
  }

  #slotsOf(headers: Headers | undefined): Slots {
    const known = headers === undefined ? undefined : this.#byHeaders.get(headers);
    if (known !== undefined) return known;
    const slots = { taken: new Set<number>(), owed: [] };
    if (headers !== undefined) this.#byHeaders.set(headers, slots);
    return slots;
  }
}

function lowestFree(taken: ReadonlySet<number>): number {
  let slot = 1;
  while (taken.has(slot)) slot += 1;
  return slot;
}
