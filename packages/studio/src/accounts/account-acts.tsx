// The acts on an account: a check, the daily claim on a press, and its removal.

import type { AccountObject } from "@jimeng/gateway/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "../controls/button.tsx";
import { Dialog } from "../controls/dialog.tsx";
import { showToast } from "../controls/toast.tsx";
import { client } from "../data/client.ts";
import { queryKeys } from "../data/query-client.ts";
import * as words from "../words/accounts.js";
import { reasonText } from "../words/errors.ts";
import { AddAccount } from "./add-account.tsx";

/** The buttons of a card. */
export function AccountActs({ account }: { account: AccountObject }) {
  const { name, adopted, stored } = account;
  const [isRemoving, setIsRemoving] = useState(false);
  const [isRenewing, setIsRenewing] = useState(false);
  const check = useAct(() => client.accounts.check([name]), checkText);
  const claim = useAct(() => client.credits.claim({ account: name }), claimText);
  return (
    <div className="mt-auto flex flex-wrap gap-2">
      <Button
        disabled={check.isPending}
        onClick={() => check.mutate()}
        aria-label={`${words.check()}: ${name}`}
      >
        {check.isPending ? words.checking() : words.check()}
      </Button>
      {!adopted && (
        <Button
          disabled={claim.isPending}
          onClick={() => claim.mutate()}
          aria-label={`${words.claim()}: ${name}`}
        >
          {words.claim()}
        </Button>
      )}
      {stored && account.health !== "ok" && (
        <Button onClick={() => setIsRenewing(true)} aria-label={`${words.renew()}: ${name}`}>
          {words.renew()}
        </Button>
      )}
      {stored && (
        <Button
          look="quiet"
          onClick={() => setIsRemoving(true)}
          aria-label={`${words.remove()}: ${name}`}
        >
          {words.remove()}
        </Button>
      )}
      {isRenewing && <AddAccount renewed={account} onClose={() => setIsRenewing(false)} />}
      {isRemoving && <Removal name={name} onClose={() => setIsRemoving(false)} />}
    </div>
  );
}

function Removal({ name, onClose }: { name: string; onClose: () => void }) {
  const remove = useAct(
    () => client.accounts.remove(name),
    () => words.removed({ name }),
  );
  return (
    <Dialog title={words.removeTitle({ name })} onClose={onClose}>
      <p>{words.removeText()}</p>
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>{words.cancel()}</Button>
        <Button
          look="danger"
          disabled={remove.isPending}
          onClick={() => remove.mutate(undefined, { onSettled: onClose })}
        >
          {words.remove()}
        </Button>
      </div>
    </Dialog>
  );
}

type Checked = Awaited<ReturnType<typeof client.accounts.check>>;
type Claimed = Awaited<ReturnType<typeof client.credits.claim>>;

/** Returns what a check found wrong; undefined where all is well, which the card shows. */
function checkText({ data: [found] }: Checked): string | undefined {
  return found?.error?.message;
}

function claimText({ received, already_received: isDone }: Claimed): string {
  return isDone && received === 0 ? words.claimedBefore() : words.claimed({ count: received });
}

/** A call that changes what the cards show; what it says is shown as a note. */
function useAct<Result>(call: () => Promise<Result>, say: (result: Result) => string | undefined) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: call,
    onSuccess: (result) => {
      const text = say(result);
      if (text !== undefined) showToast({ text });
    },
    onError: (error) => showToast({ text: reasonText(error), tone: "bad" }),
    onSettled: () => {
      void cache.invalidateQueries({ queryKey: queryKeys.accounts });
      void cache.invalidateQueries({ queryKey: queryKeys.credits });
    },
  });
}
