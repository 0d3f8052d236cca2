// Brings in what an account made on the site itself.

import { useMutation } from "@tanstack/react-query";
import { CloudDownload } from "lucide-react";

import { IconButton } from "../controls/button.tsx";
import { showToast } from "../controls/toast.tsx";
import { client } from "../data/client.ts";
import { formatNumber } from "../words/format.ts";
import * as words from "../words/library.js";
import { tellFailure } from "./act.ts";

/** The button; what it brings in comes by itself, as all new results do. */
export function ImportButton() {
  const { mutate, isPending } = useMutation({
    mutationFn: () => client.history.import({}),
    onSuccess: ({ imported }) => {
      const count = imported.length;
      showToast({ text: words.importedToast({ count, number: formatNumber(count) }) });
    },
    onError: tellFailure,
  });
  return (
    <IconButton label={words.importFromSite()} disabled={isPending} onClick={() => mutate()}>
      <CloudDownload size={18} aria-hidden className={isPending ? "animate-pulse" : ""} />
    </IconButton>
  );
}
