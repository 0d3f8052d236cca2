// The button that makes: it carries the price, and says what stands in the way.

import type { Balance } from "@jimeng/gateway/api";
import { LoaderCircle } from "lucide-react";

import { Button, unlessRepeated } from "../controls/button.tsx";
import { useConnection } from "../data/connection.ts";
import { useCredits, useGateway, useSelf } from "../data/queries.ts";
import { useStore } from "../data/store.ts";
import { errorWords } from "../words/errors.ts";
import { formatDuration, formatNumber } from "../words/format.ts";
import * as words from "../words/create.js";
import { presses } from "./press.ts";
import { uploads } from "./references/uploads.ts";
import { creditsText, problemText } from "./texts.ts";
import type { ComposerState } from "./use-composer.ts";
import { useTypicalSeconds } from "./use-typical-seconds.ts";

/** Returns why nothing can be made now; undefined where it can. */
export function useObstacle(state: ComposerState): string | undefined {
  const { state: reachability } = useConnection();
  const { data: self } = useSelf();
  const states = useStore(uploads);
  const hasFailed = state.draft.references.some(
    ({ id, source }) => source === null && states[id]?.error != null,
  );
  if (self !== undefined && !self.scopes.includes("generate")) return words.noScope();
  if (state.estimate?.refusal != null) return errorWords(state.estimate.refusal).message;
  const [problem] = state.problems;
  if (problem?.code === "uploading" && hasFailed) return words.problemUpload();
  if (problem !== undefined) return problemText(problem);
  return reachability === "away" ? words.away() : undefined;
}

function priceText({ credits, draft }: ComposerState, balances: readonly Balance[]): string {
  const known = balances.flatMap(({ total }) => total ?? []);
  if (credits === null || credits === 0 || known.length === 0 || draft.kind === "audio")
    return creditsText(credits);
  const balance = known.reduce((sum, each) => sum + each, 0);
  return words.creditsOf({ price: formatNumber(credits), balance: formatNumber(balance) });
}

/** The button. */
export function MakeButton({ state, onMake }: { state: ComposerState; onMake: () => void }) {
  const obstacle = useObstacle(state);
  const isSending = useStore(presses).some(({ isDraft }) => isDraft);
  const seconds = useTypicalSeconds(state.modelId);
  const { data: self } = useSelf();
  const mayReadCredits = self?.scopes.includes("account") ?? false;
  const { data: balances = [] } = useCredits({ enabled: mayReadCredits });
  const { data: gateway } = useGateway();
  const isSimulated = gateway?.mode === "simulator" && state.credits === null;
  const facts = [
    ...(state.draft.isBatch ? [words.prompts({ count: state.prompts.length })] : []),
    isSimulated ? words.priceSimulated() : priceText(state, balances),
    ...(seconds === undefined ? [] : [words.aboutTime({ time: formatDuration(seconds) })]),
  ];
  return (
    <div className="ml-auto flex min-w-0 items-center gap-2">
      <span id="make-facts" className="min-w-0 text-right text-xs text-soft">
        {obstacle !== undefined && state.draft.prompt !== "" ? (
          <span className="text-warn">{obstacle}</span>
        ) : (
          facts.join(" · ")
        )}
      </span>
      <Button
        look="main"
        className="min-h-9 px-4 text-base"
        aria-describedby="make-facts"
        aria-disabled={obstacle !== undefined || isSending}
        title={obstacle ?? "Ctrl+Enter"}
        onClick={unlessRepeated(onMake)}
      >
        {isSending && <LoaderCircle size={16} aria-hidden className="animate-spin" />}
        {isSending ? words.making() : words.make()}
      </Button>
    </div>
  );
}
