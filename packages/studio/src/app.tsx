// The shell of the page: rail or bottom bar, banners, and the room that the path names.

import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense, lazy, useEffect } from "react";
import { Route, Router, Switch, useLocation } from "wouter";

import { useWide } from "./controls/media.ts";
import { Skeleton } from "./controls/skeleton.tsx";
import { searchState, useShortcuts } from "./controls/shortcuts.ts";
import { Toasts } from "./controls/toast.tsx";
import { CreateRoom } from "./create/create-room.tsx";
import { useOpenComposer } from "./create/open-composer.ts";
import { basePath } from "./data/base.ts";
import { queryClient } from "./data/query-client.ts";
import { useStore } from "./data/store.ts";
import { Announcer } from "./shell/announcer.tsx";
import { Banners } from "./shell/banners.tsx";
import { commandsOpen } from "./shell/commands-open.ts";
import { FailureBoundary } from "./shell/failure-boundary.tsx";
import { locale } from "./shell/language.ts";
import { NotFound } from "./shell/not-found.tsx";
import { BottomBar, Rail } from "./shell/rail.tsx";
import { isInRoom, rooms } from "./shell/rooms.ts";
import { shortcutsOpen } from "./shell/shortcuts-open.ts";
import { ViewerHost } from "./viewer/viewer-host.tsx";
import * as words from "./words/shell.js";

const loadCommands = () => import("./shell/command-list.tsx");
const loadLibrary = () => import("./library/library-room.tsx");
const CommandList = lazy(async () => ({ default: (await loadCommands()).CommandList }));
const ShortcutList = lazy(async () => ({
  default: (await import("./shell/shortcut-list.tsx")).ShortcutList,
}));
const JobsRoom = lazy(async () => ({ default: (await import("./feed/jobs-room.tsx")).JobsRoom }));
const LibraryRoom = lazy(async () => ({ default: (await loadLibrary()).LibraryRoom }));
const AccountsRoom = lazy(async () => ({
  default: (await import("./accounts/accounts-room.tsx")).AccountsRoom,
}));
const AdminRoom = lazy(async () => ({
  default: (await import("./admin/admin-room.tsx")).AdminRoom,
}));
const HealthRoom = lazy(async () => ({
  default: (await import("./health/health-room.tsx")).HealthRoom,
}));
const SignInRoom = lazy(async () => ({
  default: (await import("./sign-in/sign-in-room.tsx")).SignInRoom,
}));

/** The whole page. */
export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <Router base={basePath}>
        <Shell key={useStore(locale)} />
      </Router>
    </QueryClientProvider>
  );
}

function Shell() {
  const [path] = useLocation();
  const isWide = useWide();
  useRoomKeys();
  useTitle(path);
  useEffect(readAhead, []);
  return (
    <div className="flex h-full">
      <a
        href={`${basePath}${path}#content`}
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("content")?.focus();
        }}
        className="sr-only z-50 rounded-md bg-raised px-3 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        {words.skipToContent()}
      </a>
      {isWide && <Rail />}
      <div className="flex min-w-0 grow flex-col">
        <div className="shell-column flex min-h-0 grow flex-col">
          <Banners />
          <main id="content" tabIndex={-1} className="flex min-h-0 grow flex-col outline-none">
            <FailureBoundary place={path}>
              {/* One for each room: a room that still loads does not keep another one away. */}
              <Suspense key={path.split("/")[1]} fallback={<RoomSkeleton />}>
                <Rooms />
              </Suspense>
            </FailureBoundary>
          </main>
        </div>
        {!isWide && <BottomBar />}
      </div>
      <FailureBoundary place={path}>
        <ViewerHost />
      </FailureBoundary>
      <Suspense fallback={null}>
        {useStore(shortcutsOpen) && <ShortcutList />}
        {useStore(commandsOpen) && <CommandList />}
      </Suspense>
      <Toasts />
      <Announcer />
    </div>
  );
}

/** Reads the parts of the page whose keys open a field to type in: what is typed next must find it there. */
function readAhead(): void {
  globalThis.requestIdleCallback?.(() => void Promise.allSettled([loadCommands(), loadLibrary()]));
}

function Rooms() {
  return (
    <Switch>
      <Route path="/" component={CreateRoom} />
      <Route path="/jobs/:id?">{({ id }) => <JobsRoom jobId={id} />}</Route>
      <Route path="/library" component={LibraryRoom} />
      <Route path="/accounts" component={AccountsRoom} />
      <Route path="/admin" component={AdminRoom} />
      <Route path="/health" component={HealthRoom} />
      <Route path="/sign-in" component={SignInRoom} />
      <Route component={NotFound} />
    </Switch>
  );
}

function RoomSkeleton() {
  return (
    <div className="flex flex-col gap-3 p-4">
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-64 w-full" />
    </div>
  );
}

function useRoomKeys(): void {
  const [path, go] = useLocation();
  const openComposer = useOpenComposer();
  useShortcuts({
    ...Object.fromEntries(rooms.map(({ key, path }) => [`g ${key}`, () => go(path)])),
    n: (event) => {
      event.preventDefault();
      openComposer();
    },
    "Shift+?": () => shortcutsOpen.set(true),
    "/": (event) => {
      // The library itself puts the cursor into its search.
      if (path === "/library") return false;
      event.preventDefault();
      go("/library", { state: searchState });
      return true;
    },
    "$mod+k": (event) => {
      event.preventDefault();
      commandsOpen.set(true);
    },
  });
}

function useTitle(path: string): void {
  const name = rooms.find((room) => isInRoom(room, path))?.name();
  useEffect(() => {
    document.title = name === undefined ? words.productName() : `${name} · ${words.productName()}`;
  }, [name]);
}
