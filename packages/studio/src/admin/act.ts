// Runs what a press asks for, reads the lists anew, and says so where it failed.

import { useMutation, useQueryClient } from "@tanstack/react-query";

import { showToast } from "../controls/toast.tsx";
import * as words from "../words/admin.js";
import { reasonText } from "../words/errors.ts";

/** Returns a function that runs work once at a time; afterwards the answers under this key are read again. */
export function useAct(queryKey: readonly string[]) {
  const cache = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: (work: () => Promise<void>) => work(),
    onError: (error) =>
      showToast({ text: words.actFailed({ reason: reasonText(error) }), tone: "bad" }),
    onSettled: () => cache.invalidateQueries({ queryKey: [...queryKey] }),
  });
  return { act: (work: () => Promise<void>) => mutate(work), isActing: isPending };
}
