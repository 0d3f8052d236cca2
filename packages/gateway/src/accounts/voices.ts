// The voices of the sites, read at most once an hour per region.

import { JimengError } from "@jimeng/sdk";
import type { Region, Voice } from "@jimeng/sdk";

import type { Clock } from "../clock.ts";
import type { AccountAccess } from "./account.ts";

/** Lists voices, and finds them by name. */
export interface Voices {
  /** Returns the voices of an account's site. Throws what reading them throws. */
  list(access: AccountAccess): Promise<readonly Voice[]>;
  /**
   * Returns the id of a voice that is named by its id or its title. Only a title needs the list. Throws
   * `invalid_request` for a title that no voice has.
   */
  find(access: AccountAccess, name: string): Promise<string>;
}

const rememberForMs = 3_600_000;
// The site's ids are digits; a title of digits only would be taken for one.
const idPattern = /^\d{4,20}$/;
const maxSuggestions = 8;

/** Makes the list of voices. */
export function createVoices(clock: Pick<Clock, "now">): Voices {
  const known = new Map<Region, { at: number; voices: Promise<readonly Voice[]> }>();

  function list({ account, client }: AccountAccess): Promise<readonly Voice[]> {
    const now = clock.now();
    const before = known.get(account.region);
    if (before !== undefined && now - before.at < rememberForMs) return before.voices;
    const voices = client.audio.voices();
    const entry = { at: now, voices };
    known.set(account.region, entry);
    voices.catch(() => {
      if (known.get(account.region) === entry) known.delete(account.region);
    });
    return voices;
  }

  return {
    list,
    async find(access, name) {
      const wanted = name.trim();
      if (idPattern.test(wanted)) return wanted;
      const voices = await list(access);
      const found =
        voices.find(({ title }) => title === wanted) ??
        voices.find(({ title }) => title.toLowerCase() === wanted.toLowerCase());
      if (found !== undefined) return found.id;
      const titles = voices.slice(0, maxSuggestions).map(({ title }) => title);
      throw new JimengError("invalid_request", `There is no voice "${wanted.slice(0, 64)}".`, {
        param: "voice",
        fix: `Use an id or a title of GET /v1/audio/voices, such as ${titles.join(", ")}.`,
      });
    },
  };
}
