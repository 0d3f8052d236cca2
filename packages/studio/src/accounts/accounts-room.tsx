// Accounts and credits: how each account is, what it has, and what was spent.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus, RefreshCw } from "lucide-react";
import { useState } from "react";

import { Button } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { Room } from "../controls/room.tsx";
import { Skeleton } from "../controls/skeleton.tsx";
import { showToast } from "../controls/toast.tsx";
import { client } from "../data/client.ts";
import { useAccounts, useCredits, useGateway } from "../data/queries.ts";
import { queryKeys } from "../data/query-client.ts";
import * as words from "../words/accounts.js";
import { AccountCard } from "./account-card.tsx";
import { AddAccount } from "./add-account.tsx";
import { isForbidden } from "./account-facts.ts";
import { Ledger } from "./ledger.tsx";
import { reasonText } from "../words/errors.ts";

/** The room. */
export function AccountsRoom() {
  const [isAdding, setIsAdding] = useState(false);
  const { error } = useAccounts();
  return (
    <Room
      title={words.title()}
      beside={
        !isForbidden(error) && (
          <>
            <CheckAll />
            <Button look="main" onClick={() => setIsAdding(true)}>
              <Plus size={16} aria-hidden />
              {words.add()}
            </Button>
          </>
        )
      }
    >
      <AccountList />
      <Ledger />
      {isAdding && <AddAccount onClose={() => setIsAdding(false)} />}
    </Room>
  );
}

function CheckAll() {
  const cache = useQueryClient();
  const { data: accounts = [] } = useAccounts();
  const check = useMutation({
    mutationFn: () => client.accounts.check(),
    onError: (error) => showToast({ text: reasonText(error), tone: "bad" }),
    onSettled: () => {
      void cache.invalidateQueries({ queryKey: queryKeys.accounts });
      void cache.invalidateQueries({ queryKey: queryKeys.credits });
    },
  });
  if (accounts.length === 0) return null;
  return (
    <Button disabled={check.isPending} onClick={() => check.mutate()}>
      <RefreshCw size={16} aria-hidden className={check.isPending ? "animate-spin" : ""} />
      {check.isPending ? words.checking() : words.checkAll()}
    </Button>
  );
}

/** The places of the note and of one card. */
function AccountsSkeleton({ hasNote }: { hasNote: boolean }) {
  return (
    <>
      {hasNote && <Skeleton className="h-9" />}
      <div className="grid gap-3 sm:grid-cols-[repeat(auto-fill,minmax(18rem,1fr))]">
        <Skeleton className="h-52" />
      </div>
    </>
  );
}

function AccountList() {
  const { data: accounts, error, isPending, refetch } = useAccounts();
  const { data: balances = [] } = useCredits({ enabled: !isForbidden(error) });
  const { data: gateway } = useGateway();
  if (isPending) return <AccountsSkeleton hasNote={gateway?.mode !== "accounts"} />;
  if (isForbidden(error)) return <Note tone="warn">{words.noScope()}</Note>;
  if (accounts === undefined) {
    return (
      <Note tone="bad" actions={<Button onClick={() => void refetch()}>{words.again()}</Button>}>
        {words.loadFailed({ reason: reasonText(error) })}
      </Note>
    );
  }
  return (
    <>
      {gateway?.mode === "simulator" && <Note>{words.simulated()}</Note>}
      {accounts.length === 0 && <Note>{words.none()}</Note>}
      <ul className="grid gap-3 sm:grid-cols-[repeat(auto-fill,minmax(18rem,1fr))]">
        {accounts.map((account) => (
          <AccountCard
            key={account.name}
            account={account}
            balance={balances.find((balance) => balance.account === account.name)}
          />
        ))}
      </ul>
    </>
  );
}
