// A failed job: what happened, whether it was charged, and what to do.

import type { JobObject } from "@jimeng/gateway/api";

import { Button, unlessRepeated } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { errorWords } from "../words/errors.ts";
import * as words from "../words/feed.js";
import { mayPayTwice, mayRecheck, recheckJob, retryJob } from "./actions.ts";
import { chargedText } from "./job-texts.ts";

/** The note of a failed job. */
export function FailureNote({
  job,
  onDetails,
}: {
  job: JobObject;
  onDetails?: (job: JobObject) => void;
}) {
  const { error, status } = job;
  if (error === null) return null;
  const { message, fix } = errorWords(error);
  const mayPay = mayPayTwice(job);
  return (
    <Note
      tone={status === "cancelled" ? "plain" : "bad"}
      actions={
        <div className="flex flex-wrap gap-1">
          {mayRecheck(job) && (
            <Button onClick={() => void recheckJob(job)}>{words.recheck()}</Button>
          )}
          <Button
            title={mayPay ? words.retryMayPay() : undefined}
            onClick={unlessRepeated(() => void retryJob(job, mayPay))}
          >
            {mayPay ? words.retryForced() : words.retry()}
          </Button>
          {onDetails !== undefined && (
            <Button look="quiet" onClick={() => onDetails(job)}>
              {words.details()}
            </Button>
          )}
        </div>
      }
    >
      <p className="font-medium">{message}</p>
      <p>
        {words.wasCharged()} <strong>{chargedText(job)}</strong>
      </p>
      {fix !== null && <p className="text-soft">{fix}</p>}
    </Note>
  );
}
