// Signing in with a key: the browser keeps a cookie that no script reads, and the key is forgotten.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef } from "react";
import type { FormEvent } from "react";
import { useLocation, useSearch } from "wouter";

import { returnPath } from "../accounts/account-facts.ts";
import { Button } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { Skeleton } from "../controls/skeleton.tsx";
import { client } from "../data/client.ts";
import { noteSignedIn } from "../data/connection.ts";
import * as words from "../words/sign-in.js";
import { SignedIn } from "./signed-in.tsx";
import { signInKey } from "./sign-in-key.ts";
import { reasonText } from "../words/errors.ts";

/** The room. */
export function SignInRoom() {
  const { data, isPending, error, refetch } = useQuery({
    queryKey: signInKey,
    queryFn: ({ signal }) => client.signIn.retrieve({ signal }),
    staleTime: 0,
  });
  const isIn = data !== undefined && (!data.needed || data.signed_in);
  useEffect(() => {
    if (isIn) noteSignedIn();
  }, [isIn]);
  return (
    <div className="flex min-h-0 grow items-start justify-center overflow-auto p-4 pt-[10dvh]">
      <div className="flex w-full max-w-[28rem] flex-col gap-4 rounded-lg border border-line bg-panel p-6 shadow-low">
        <h1 className="text-lg font-semibold">{words.title()}</h1>
        {isPending && <Skeleton className="h-24" />}
        {error !== null && (
          <Note
            tone="bad"
            actions={<Button onClick={() => void refetch()}>{words.again()}</Button>}
          >
            {words.failed({ reason: reasonText(error) })}
          </Note>
        )}
        {data?.needed === false && <NotNeeded />}
        {data?.needed === true && (data.signed_in ? <SignedIn signIn={data} /> : <SignInForm />)}
      </div>
    </div>
  );
}

function NotNeeded() {
  const [, go] = useLocation();
  const search = useSearch();
  return (
    <>
      <p>{words.notNeeded()}</p>
      <Button look="main" onClick={() => go(returnPath(search))}>
        {words.continueTo()}
      </Button>
    </>
  );
}

function SignInForm() {
  const cache = useQueryClient();
  const [, go] = useLocation();
  const search = useSearch();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const signIn = useMutation({
    mutationFn: (key: string) => client.signIn.create(key),
    // The key is not kept: not in the field, and not in the cache of calls.
    gcTime: 0,
    onSuccess: async () => {
      if (field.current !== null) field.current.value = "";
      noteSignedIn();
      go(returnPath(search), { replace: true });
      await cache.invalidateQueries();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const key = field.current?.value.trim() ?? "";
    if (key !== "") signIn.mutate(key);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <label htmlFor={id}>{words.key()}</label>
      <input
        ref={field}
        id={id}
        type="password"
        autoComplete="current-password"
        required
        aria-describedby={`${id}-help`}
        aria-invalid={signIn.isError}
        className="field w-full font-mono"
      />
      <p id={`${id}-help`} className="text-soft">
        {words.keyHelp()}
      </p>
      {signIn.error !== null && (
        <div role="alert">
          <Note tone="bad">{refusalText(signIn.error)}</Note>
        </div>
      )}
      <Button look="main" type="submit" disabled={signIn.isPending}>
        {signIn.isPending ? words.signingIn() : words.signIn()}
      </Button>
    </form>
  );
}

const unauthorized = 401;

function refusalText(error: Error): string {
  const isWrong = "status" in error && error.status === unauthorized;
  return isWrong ? words.wrongKey() : words.failed({ reason: reasonText(error) });
}
