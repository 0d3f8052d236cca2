// Reads the errors of the AWS client: which mean a missing file, which a wrong setting, and what may be told of them.

import { JimengError } from "@jimeng/sdk";

import { StorageFailure } from "./asset-store.ts";

/** Tells whether the object does not exist. A bucket that does not exist is not a missing file. */
export function isMissing(error: unknown): boolean {
  const { name } = factsOf(error);
  // The 404 of a HEAD has no body, and the client calls it NotFound.
  return name === "NoSuchKey" || name === "NotFound";
}

const temporaryStatuses: ReadonlySet<number> = new Set([408, 409, 429]);

/** Tells whether waiting does not help: a wrong bucket, region, key or policy (most statuses of 300 to 499). */
export function isWrongSetting(error: unknown): boolean {
  const { name, status, hasRequest } = factsOf(error);
  if (status !== undefined) return status >= 300 && status < 500 && !temporaryStatuses.has(status);
  return name === "CredentialsProviderError" || !hasRequest;
}

/** Returns the error of a start with a wrong setting (`invalid_request`, param ASSETS_URL). */
export function wrongSetting(error: unknown): JimengError {
  const { name } = factsOf(error);
  const fix =
    name === "CredentialsProviderError"
      ? "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a file with AWS_SHARED_CREDENTIALS_FILE."
      : "Check bucket, region, endpoint and path_style, and that the key may put, get and delete objects there.";
  return new JimengError(
    "invalid_request",
    `ASSETS_URL names a storage that does not let us write (${reasonOf(error)}).`,
    { param: "ASSETS_URL", fix },
  );
}

/** Returns the failure of an act (`read`, `written`, `changed`) with its reason. */
export function toStorageFailure(act: string, error: unknown): StorageFailure {
  return new StorageFailure(`The storage of ASSETS_URL could not be ${act} (${reasonOf(error)}).`);
}

/** Returns the error's name and status on one line, without anything secret. */
export function reasonOf(error: unknown): string {
  const { name, status } = factsOf(error);
  return status === undefined ? name : `${name}, HTTP ${status}`;
}

interface Facts {
  name: string;
  status: number | undefined;
  /** False when the client failed before it sent anything, for example without a region. */
  hasRequest: boolean;
}

// Only the error's code and status are used: messages and other fields repeat key ids and signed strings.
function factsOf(error: unknown): Facts {
  const { name, code, $metadata } = (error ?? {}) as {
    name?: unknown;
    code?: unknown;
    $metadata?: { httpStatusCode?: number; attempts?: number };
  };
  const word = [code, name].find(
    (text) => typeof text === "string" && /^[\w.-]{1,64}$/.test(text) && text !== "Error",
  );
  return {
    name: typeof word === "string" ? word : "unknown reason",
    status: $metadata?.httpStatusCode,
    hasRequest: code !== undefined || ($metadata?.attempts ?? 0) > 0,
  };
}
