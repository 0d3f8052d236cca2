// The button that makes: it carries the price, and says what stands in the way.

import { LoaderCircle } from "lucide-react";

import { Button } from "../controls/button.tsx";
import { useConnection } from "../data/connection.ts";
import { useSelf } from "../data/queries.ts";
import { useStore } from "../data/store.ts";
import { formatDuration, formatNumber } from "../words/format.ts";
import * as words from "../words/create.js";
import { press } from "./press.ts";
import { problemText } from "./texts.ts";
import type { ComposerState } from "./use-composer.ts";
import { useTypicalSeconds } from "./use-typical-seconds.ts";

/** Returns why nothing can be made now; undefined where it can. */
export function useObstacle(state: ComposerState): string | undefined {
  const { state: reachability } = useConnection();
  const { data: self } = useSelf();
  if (self !== undefined && !self.scopes.includes("generate")) return words.noScope();
  if (state.estimate?.refusal != null) return state.estimate.refusal.message;
  const [problem] = state.problems;
  if (problem !== undefined) return problemText(problem);
  return reachability === "away" ? words.away() : undefined;
}

function priceText(state: ComposerState): string | undefined {
  const { credits, estimate } = state;
  if (credits === null) return undefined;
  if (credits === 0) return words.creditsFree();
  const balance = estimate?.balances.reduce((sum, each) => sum + each.credits, 0);
  if (balance === undefined || estimate?.balances.length === 0)
    return words.credits({ count: credits });
  return words.creditsOf({ price: formatNumber(credits), balance: formatNumber(balance) });
}

/** The button. */
export function MakeButton({ state, onMake }: { state: ComposerState; onMake: () => void }) {
  const obstacle = useObstacle(state);
  const isSending = useStore(press) !== null;
  const seconds = useTypicalSeconds(state.modelId);
  const facts = [
    ...(state.draft.isBatch ? [words.prompts({ count: state.prompts.length })] : []),
    priceText(state) ?? words.priceUnknown(),
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
        onClick={onMake}
      >
        {isSending && <LoaderCircle size={16} aria-hidden className="animate-spin" />}
        {isSending ? words.making() : words.make()}
      </Button>
    </div>
  );
}
