// Above the composer: no account can start anything now, and why.

import { useLocation } from "wouter";

import { Button } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { useAccounts } from "../data/queries.ts";
import { useNow } from "../feed/use-now.ts";
import { formatDuration } from "../words/format.ts";
import * as words from "../words/shell.js";
import { findTrouble } from "./trouble.ts";
import type { Trouble } from "./trouble.ts";

/** The banner; nothing while an account can start something. */
export function TroubleBanner() {
  const { data: accounts = [] } = useAccounts();
  const [, go] = useLocation();
  const trouble = findTrouble(accounts);
  const now = useNow(trouble?.until != null);
  if (trouble === null) return null;
  return (
    <Note tone="warn" actions={<Button onClick={() => go("/accounts")}>{words.accounts()}</Button>}>
      {troubleText(trouble, now)}
    </Note>
  );
}

function troubleText({ kind, until }: Trouble, now: number): string {
  if (kind === "cooling_down" && until !== null && until > now)
    return words.accountsPause({ time: formatDuration(until - now) });
  const texts = {
    cooling_down: words.accountsPauseOpen,
    no_credits: words.accountsEmpty,
    expired: words.accountsExpired,
    blocked: words.accountsBlocked,
  };
  return texts[kind]();
}
