// What the whole page has to say: the gateway is away, pictures are made up, a sign-in is needed, a newer page is here.

import { useEffect } from "react";
import { useLocation, useSearch } from "wouter";

import { Button } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { useConnection } from "../data/connection.ts";
import { useGateway } from "../data/queries.ts";
import type { GatewayFacts } from "../data/queries.ts";
import { createStore, useStore } from "../data/store.ts";
import * as words from "../words/shell.js";
import { newerPage } from "./newer-page.ts";
import { TroubleBanner } from "./trouble-banner.tsx";

const simulatorNoteKey = "jimeng.simulator-note";
const modeKey = "jimeng.mode";
const isNoteOpen = createStore(globalThis.localStorage?.getItem(simulatorNoteKey) !== "closed");

function closeNote(): void {
  localStorage.setItem(simulatorNoteKey, "closed");
  isNoteOpen.set(false);
}

/** The banners at the head of the page. */
export function Banners() {
  const { state, needsSignIn } = useConnection();
  const isNewer = useStore(newerPage);
  const [path, go] = useLocation();
  const search = useSearch();
  const here = search === "" ? path : `${path}?${search}`;
  return (
    <div className="flex flex-col gap-1 empty:hidden [&>*]:mx-2 [&>*]:mt-2">
      {state === "away" && (
        <div role="alert">
          <Note tone="warn">{words.gatewayAway()}</Note>
        </div>
      )}
      {needsSignIn && state === "here" && path !== "/sign-in" && (
        <Note
          tone="warn"
          actions={
            <Button onClick={() => go(`/sign-in?return=${encodeURIComponent(here)}`)}>
              {words.signIn()}
            </Button>
          }
        >
          {words.needsSignIn()}
        </Note>
      )}
      {isNewer && (
        <Note actions={<Button onClick={() => location.reload()}>{words.reload()}</Button>}>
          {words.newVersion()}
        </Note>
      )}
      {!needsSignIn && <SimulatorBanner />}
      {path === "/" && <TroubleBanner />}
    </div>
  );
}

/** Returns the gateway's mode; while it is read the one of the last visit, so that the banner's place is there at once. */
function useMode(): { mode: GatewayFacts["mode"]; isKnown: boolean } {
  const { data: gateway } = useGateway();
  const mode = gateway?.mode;
  useEffect(() => {
    if (mode !== undefined) localStorage.setItem(modeKey, mode);
  }, [mode]);
  const last = (localStorage.getItem(modeKey) ?? "simulator") as GatewayFacts["mode"];
  return { mode: mode ?? last, isKnown: mode !== undefined };
}

function SimulatorBanner() {
  const { mode, isKnown } = useMode();
  const [path, go] = useLocation();
  const isOpen = useStore(isNoteOpen);
  if (mode !== "simulator" || !isOpen || path === "/sign-in") return null;
  return (
    <Note
      className={isKnown ? "" : "invisible"}
      actions={
        <>
          <Button onClick={() => go("/accounts")}>{words.addAccount()}</Button>
          <Button look="quiet" onClick={closeNote}>
            {words.understood()}
          </Button>
        </>
      }
    >
      {words.simulated()}
    </Note>
  );
}
