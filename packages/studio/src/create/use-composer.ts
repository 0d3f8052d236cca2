// What the composer works with: the draft, its model's facts, the prompts, what stands in the way, and the price.

import type { EstimateObject, ModelObject } from "@jimeng/gateway/api";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";

import { client } from "../data/client.ts";
import { useAccounts, useModels } from "../data/queries.ts";
import { queryKeys } from "../data/query-client.ts";
import { useStore } from "../data/store.ts";
import { changeDraft, draft } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { countPrompts, expandPrompts, maxPrompts } from "./expansion.ts";
import { promptOfEstimate, toJobBody } from "./job-body.ts";
import { findProblems, fitDraft, isOffered, modelsOf, toRolesOfKind } from "./legality.ts";
import type { DraftChange, ModelFacts, Problem } from "./legality.ts";

/** What the composer shows. */
export interface ComposerState {
  draft: Draft;
  models: readonly ModelObject[];
  /** The regions that accounts are in; empty where they are not known. */
  regions: readonly string[];
  /** Those of the models that an account has. */
  offered: readonly ModelObject[];
  /** The facts of the model in force: the chosen one, else the one that the gateway would choose. */
  facts: ModelFacts | undefined;
  /** Its id; null while it is not known. */
  modelId: string | null;
  prompts: readonly string[];
  problems: readonly Problem[];
  estimate: EstimateObject | undefined;
  /** The expected price of everything; null where it is not known. */
  credits: number | null;
}

const estimateAfterMs = 250;

/** Returns the state of the composer, and renders anew when it changes. */
export function useComposer(): ComposerState {
  const current = useStore(draft);
  const { data: all = [] } = useModels();
  const { data: accounts = [] } = useAccounts();
  const models = useMemo(() => modelsOf(all, current.kind), [all, current.kind]);
  const prompts = useMemo(() => toPrompts(current), [current]);
  const estimate = useEstimate(current);
  const modelId = current.model ?? estimate?.jobs[0]?.model ?? null;
  const facts = models.find(({ id }) => id === modelId)?.jimeng;
  const problems = useMemo(() => {
    const count = current.isBatch ? countPrompts(current.prompt) : prompts.length;
    const counted = count > maxPrompts ? Array.from({ length: count }, () => "") : prompts;
    return findProblems(current, facts, counted, maxPrompts);
  }, [current, facts, prompts]);
  const each = estimate?.credits ?? null;
  const regions = useMemo(() => [...new Set(accounts.map(({ region }) => region))], [accounts]);
  return {
    draft: current,
    models,
    regions,
    offered: useMemo(() => models.filter((model) => isOffered(model, regions)), [models, regions]),
    facts,
    modelId,
    prompts,
    problems,
    estimate,
    credits: each === null ? null : each * Math.max(1, prompts.length),
  };
}

/** Returns the prompts of a draft: one, or those of a batch; none where it is empty. */
export function toPrompts({ prompt, isBatch }: Draft): string[] {
  if (isBatch) return expandPrompts(prompt);
  return prompt.trim() === "" ? [] : [prompt];
}

/** Asks for the price and the legal choices, a moment after the last change. */
function useEstimate(current: Draft): EstimateObject | undefined {
  const ready = {
    ...current,
    references: current.references.filter(({ source }) => source !== null),
  };
  const body = toJobBody(ready, promptOfEstimate, null);
  const settled = useSettled(JSON.stringify(body), estimateAfterMs);
  const { data } = useQuery({
    queryKey: queryKeys.estimate(settled),
    queryFn: ({ signal }) => client.jobs.estimate(JSON.parse(settled) as typeof body, { signal }),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 60_000,
  });
  return data;
}

/** Returns a text once it has not changed for a while. */
function useSettled(text: string, afterMs: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), afterMs);
    return () => clearTimeout(timer);
  }, [text, afterMs]);
  return settled;
}

/** Chooses a model; returns what changed with it. */
export function chooseModel(model: ModelObject | null): DraftChange[] {
  if (model === null) {
    changeDraft({ model: null });
    return [];
  }
  const { draft: fitted, changes } = fitDraft(draft.get(), model.jimeng);
  draft.set({ ...fitted, model: model.id });
  return changes;
}

/** Switches what is made: prompt and references stay, in roles of the new kind; the rest is chosen anew. */
export function chooseKind(kind: Draft["kind"]): void {
  const { kind: before, references } = draft.get();
  if (kind === before) return;
  changeDraft({
    kind,
    references: toRolesOfKind(references, kind),
    model: null,
    ratio: null,
    resolution: null,
    count: null,
    durationSeconds: null,
  });
}
