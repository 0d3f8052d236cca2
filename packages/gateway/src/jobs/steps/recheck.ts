// Looks once more for the generation of a job that was given up without knowing its end.

import type { Generation } from "@jimeng/sdk";

import { ServiceError } from "../../errors.ts";
import { boundedTime } from "../../storage/inspection/bounds.ts";
import type { Engine, Poll } from "../engine.ts";
import { applyPollResult } from "./outcome.ts";
import { isOpenEnded } from "../job.ts";
import { completionWarnings } from "./result-warnings.ts";
import type { JobRecord } from "../record.ts";
import { deadlineMs } from "../settings.ts";

/**
 * Looks the generation up; where it is found the job is in progress again and the usual steps go on with it. Throws
 * `conflict` for a job whose end is known, and what the look-up throws.
 */
export async function recheck(engine: Engine, poll: Poll, record: JobRecord): Promise<void> {
  const { submitId, account } = record;
  if (record.request.tool === "speech") {
    throw new ServiceError("conflict", "Speech has no id at the site by which it could be found.", {
      fix: "Look at the account's credit history; send the request again if it is still wanted.",
    });
  }
  const assets = (await engine.store.assetsOf([record.id])).get(record.id) ?? [];
  if (!isOpenEnded({ ...record, assets })) {
    throw new ServiceError("conflict", `The job's end is known: ${record.status}.`, {
      fix: "Only jobs that ended as generation_timeout or outcome_unknown, or whose files could not all be fetched whole, can be looked for again.",
    });
  }
  if (account !== null) await engine.accounts.load(account);
  const upstream = engine.accounts.connection(account ?? "")?.upstream;
  if (submitId === null || upstream === undefined) {
    throw new ServiceError("conflict", "The job's account is not configured any more.", {
      fix: "Configure the account of that name again, then recheck the job.",
    });
  }
  const options = { signal: engine.stopping.signal };
  let generation: Generation | undefined;
  if (record.operation !== null) {
    generation = (await upstream.generations.check([record.operation], options)).get(submitId);
  }
  const kinds = new Map([[submitId, record.kind]]);
  generation ??= (await upstream.generations.find([submitId], { ...options, kinds })).get(submitId);
  if (generation === undefined) return;
  const revived = await revive(engine, record, generation);
  if (revived === undefined) return;
  const polled = await applyPollResult(engine, record.id, generation);
  if (polled !== undefined) poll(polled);
}

function revive(
  engine: Engine,
  record: JobRecord,
  generation: Generation,
): Promise<JobRecord | undefined> {
  const now = engine.clock.now();
  const deadlineAt = now + deadlineMs(engine.settings, record.kind);
  const end = record.error?.code ?? record.status;
  const message = `The job had ended as ${end}; looked for again, the upstream has it.`;
  engine.logger.info(
    { job: record.id, account: record.account },
    "Found a job again that was given up",
  );
  const kept = record.warnings.filter(({ code }) => !completionWarnings.has(code));
  const back: Partial<JobRecord> = {
    status: "in_progress",
    error: null,
    outputs: null,
    completedAt: null,
    operation: generation.operation,
    startedAt: record.startedAt ?? boundedTime(generation.createdAt) ?? record.submittedAt,
    uncertainSince: null,
    resolveBy: null,
    attempts: 0,
    brokenDownloads: 0,
    deadlineAt,
    runAt: deadlineAt,
    warnings: [...kept, { code: "rechecked", message }],
  };
  return engine.change(record, back, "job.progress");
}
