// Going from room to room: a rail at the side of a wide page, a bar at the foot of a phone.

import { Link, useLocation } from "wouter";

import { useSelf } from "../data/queries.ts";
import * as words from "../words/shell.js";
import { Preferences } from "./preferences.tsx";
import { isInRoom, rooms } from "./rooms.ts";
import type { Room } from "./rooms.ts";

function useRooms(): readonly Room[] {
  const { data: self } = useSelf();
  const isOwner = self === undefined || self.scopes.includes("admin");
  return rooms.filter(({ isForOwner }) => isForOwner !== true || isOwner);
}

/** The rail. */
export function Rail() {
  const [path] = useLocation();
  return (
    <nav
      aria-label={words.rooms()}
      className="flex w-18 shrink-0 flex-col items-stretch gap-1 overflow-y-auto border-r border-line bg-panel px-1.5 py-3"
    >
      {useRooms().map((room) => (
        <RoomLink key={room.path} room={room} isCurrent={isInRoom(room, path)} />
      ))}
      <div className="grow" />
      <a
        href="docs"
        className="target flex items-center justify-center rounded-md text-xs text-soft hover:bg-hover hover:text-ink"
      >
        {words.apiReference()}
      </a>
      <Preferences />
    </nav>
  );
}

// A narrow phone has room for five names.
const behindMore: ReadonlySet<string> = new Set(["/admin", "/health"]);

/** The bar of a phone. */
export function BottomBar() {
  const [path] = useLocation();
  return (
    <nav
      aria-label={words.rooms()}
      className="flex shrink-0 items-stretch justify-around border-t border-line bg-panel pb-[env(safe-area-inset-bottom)]"
    >
      {useRooms()
        .filter(({ path: to }) => !behindMore.has(to))
        .map((room) => (
          <RoomLink key={room.path} room={room} isCurrent={isInRoom(room, path)} />
        ))}
      <Preferences rooms={useRooms().filter(({ path: to }) => behindMore.has(to))} />
    </nav>
  );
}

function RoomLink({ room, isCurrent }: { room: Room; isCurrent: boolean }) {
  const { icon: Icon } = room;
  const look = isCurrent ? "bg-accent-soft text-accent" : "text-soft hover:bg-hover hover:text-ink";
  return (
    <Link
      href={room.path}
      aria-current={isCurrent ? "page" : undefined}
      className={`target flex min-w-0 flex-1 flex-col items-center justify-center gap-0.5 rounded-md px-0.5 py-1.5 text-xs md:flex-none ${look}`}
    >
      <Icon size={20} aria-hidden />
      <span className="max-w-full truncate">{room.name()}</span>
    </Link>
  );
}
