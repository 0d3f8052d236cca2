// The rooms of the page: their paths, names and keys.

import { Activity, CircleUser, Images, KeyRound, ListChecks, Sparkles } from "lucide-react";
import type { LucideIcon } from "lucide-react";

import * as words from "../words/shell.js";

/** A room of the page. */
export interface Room {
  path: string;
  name: () => string;
  icon: LucideIcon;
  /** The key that goes there after `g`. */
  key: string;
  /** Whether the room is for the owner alone. */
  isForOwner?: boolean;
}

/** The rooms, in the order of the rail. */
export const rooms: readonly Room[] = [
  { path: "/", name: words.create, icon: Sparkles, key: "c" },
  { path: "/jobs", name: words.jobs, icon: ListChecks, key: "j" },
  { path: "/library", name: words.library, icon: Images, key: "l" },
  { path: "/accounts", name: words.accounts, icon: CircleUser, key: "a" },
  { path: "/admin", name: words.keys, icon: KeyRound, key: "k", isForOwner: true },
  { path: "/health", name: words.health, icon: Activity, key: "h" },
];

/** Tells whether a path is inside a room. */
export function isInRoom(room: Room, path: string): boolean {
  return room.path === "/" ? path === "/" : path === room.path || path.startsWith(`${room.path}/`);
}
