// Who is signed in: what the key may do, what is left of its budget, and the way out.

import type { KeyObject, SignInObject } from "@jimeng/gateway/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useLocation, useSearch } from "wouter";

import { returnPath } from "../accounts/account-facts.ts";
import { Button } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { showToast } from "../controls/toast.tsx";
import { client } from "../data/client.ts";
import { useSelf } from "../data/queries.ts";
import { formatDateTime } from "../words/format.ts";
import * as words from "../words/sign-in.js";
import { signInKey } from "./sign-in-key.ts";
import { reasonText } from "../words/errors.ts";

/** What a signed-in browser sees. */
export function SignedIn({ signIn }: { signIn: SignInObject }) {
  const { key_name: name, expires_at: expiresAt, scopes } = signIn;
  const { data: self } = useSelf();
  const [, go] = useLocation();
  const search = useSearch();
  return (
    <>
      <div className="flex flex-col gap-1">
        <p className="font-semibold" dir="auto">
          {words.signedInAs({ name: name ?? words.nameless() })}
        </p>
        {expiresAt !== null && (
          <p className="text-soft">{words.until({ time: formatDateTime(expiresAt) })}</p>
        )}
        <p className="text-soft">{words.may({ scopes: scopes.join(", ") })}</p>
      </div>
      {!scopes.includes("generate") && !scopes.includes("admin") && (
        <Note tone="warn">{words.noGenerate()}</Note>
      )}
      {self !== undefined && <Budget self={self} />}
      <div className="flex flex-wrap gap-2">
        <Button look="main" onClick={() => go(returnPath(search))}>
          {words.continueTo()}
        </Button>
        <SignOut />
      </div>
    </>
  );
}

function Budget({ self }: { self: KeyObject }) {
  const { usage } = self;
  if (usage === null) return null;
  const used = [usage.day, usage.month].find(
    ({ credits_left: left }) => left !== null && left <= 0,
  );
  if (used !== undefined) {
    return <Note tone="warn">{words.overBudget({ time: formatDateTime(used.resets_at) })}</Note>;
  }
  const { day, month } = usage;
  return (
    <div className="text-soft">
      {day.credits_left !== null && <p>{words.dayLeft({ count: day.credits_left })}</p>}
      {month.credits_left !== null && <p>{words.monthLeft({ count: month.credits_left })}</p>}
    </div>
  );
}

function SignOut() {
  const cache = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => client.signIn.delete(),
    onSuccess: (answer) => {
      // What the key could see is not shown to whoever comes next.
      cache.setQueryData(signInKey, answer);
      void cache.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== signInKey[0] });
      showToast({ text: words.signedOut() });
    },
    onError: (error) => showToast({ text: reasonText(error), tone: "bad" }),
  });
  return (
    <Button disabled={signOut.isPending} onClick={() => signOut.mutate()}>
      {words.signOut()}
    </Button>
  );
}
