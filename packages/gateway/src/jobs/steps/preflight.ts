// Asks the site's free check about the references of a start before it is paid. Only an explicit refusal ends the job;
// an error, a timeout and an answer that cannot be read let the start go on.

import { JimengError } from "@jimeng/sdk";
import type { AuditDecision, PreparedRequest } from "@jimeng/sdk";

import type { Upstream } from "../../accounts/upstream.ts";
import { placedHandles } from "../../references/file-handles.ts";
import type { PlacedHandle } from "../../references/file-handles.ts";
import type { Engine } from "../engine.ts";
import type { JobSettings } from "../settings.ts";

const timeoutMs = 10_000;

/**
 * Returns the error that a request's references earn by an explicit decision of the site; undefined when the start may
 * go on. Never throws.
 */
export async function findRefusedReference(
  engine: Engine,
  upstream: Upstream,
  account: string,
  request: PreparedRequest,
): Promise<JimengError | undefined> {
  if (!isChecked(engine.settings.preflight, request)) return undefined;
  const places = placedHandles(request);
  if (places.length === 0) return undefined;
  const { preflights, clock } = engine;
  const holder = engine.accounts.get(account)?.fingerprint ?? account;
  const key = JSON.stringify([holder, request.model, ...places.map(({ handle }) => idOf(handle))]);
  const decisions = await preflights.get(key, clock.now(), () =>
    ask(engine, upstream, account, request.model, places),
  );
  const index = decisions.indexOf("refused");
  const place = places[index];
  return place === undefined ? undefined : refused(place);
}

function isChecked(mode: JobSettings["preflight"], request: PreparedRequest): boolean {
  // Which model key the check wants for a tool is not known.
  if (request.tool !== undefined) return false;
  if (mode !== "auto") return mode === "always";
  // Running clients ask before omni references, in China and abroad (generate-audit.md).
  return request.kind === "video" && (request.references ?? []).length > 0;
}

function idOf(handle: PlacedHandle["handle"]): string {
  if ("imageUri" in handle) return handle.imageUri;
  return "videoId" in handle ? handle.videoId : handle.audioId;
}

/** Asks once; decides nothing when the site does not answer in time, or not readably. */
async function ask(
  engine: Engine,
  upstream: Upstream,
  account: string,
  model: string,
  places: readonly PlacedHandle[],
): Promise<AuditDecision[]> {
  const { clock, logger, stopping } = engine;
  const tooLate = new AbortController();
  const timer = clock.setTimer(() => tooLate.abort(), timeoutMs);
  try {
    return await upstream.generations.audit(
      model,
      places.map(({ handle }) => handle),
      { signal: AbortSignal.any([stopping.signal, tooLate.signal]) },
    );
  } catch (error) {
    const code = JimengError.isInstance(error) ? error.code : "internal";
    logger.warn(
      { account, model, code },
      "Failed to check references before a start; it goes on unchecked.",
    );
    return [];
  } finally {
    timer.cancel();
  }
}

function refused({ param, index }: PlacedHandle): JimengError {
  return new JimengError("content_rejected", "The site's check refused a reference.", {
    stage: "reference",
    reason: "preflight",
    param,
    index,
    charged: "no",
    fix: "Use another file in its place; nothing was started. JIMENG_PREFLIGHT=off leaves the check out.",
  });
}
