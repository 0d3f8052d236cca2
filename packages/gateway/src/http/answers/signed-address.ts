// Checks the signed address of a file: whether it was given out here, has not ended, and its key is still in force.

import type { FastifyRequest } from "fastify";

import { ServiceError } from "../../errors.ts";
import type { Jobs } from "../../jobs/job.ts";
import { isAddressSignature, withoutEnding } from "../../shapes/urls.ts";

/** What a signature is checked with. */
export interface AddressServices {
  jobs: Pick<Jobs, "asset" | "get">;
  /** Null where addresses are not signed. */
  assetSecret: Buffer | null;
  /** Returns Unix milliseconds. */
  now: () => number;
}

/** What a signature is worth: access, nothing, or access that has ended, with the reason. */
export type AddressCheck = "valid" | "none" | ServiceError;

/** Checks the signature in a request's query; `isKeyInForce` tells whether the holder of an id may still call. */
export async function checkAddress(
  request: FastifyRequest,
  services: AddressServices,
  isKeyInForce: (keyId: string | null) => Promise<boolean>,
): Promise<AddressCheck> {
  const { id: name } = request.params as { id?: unknown };
  const { sig, exp } = request.query as { sig?: unknown; exp?: unknown };
  const { assetSecret: secret, jobs } = services;
  if (secret === null || typeof name !== "string" || typeof sig !== "string") return "none";
  const id = withoutEnding(name);
  const asset = await jobs.asset(id);
  const job = asset && (await jobs.get(asset.jobId));
  if (job === undefined) return "none";
  const { keyId } = job;
  const expiresAt = typeof exp === "string" && /^\d{1,12}$/.test(exp) ? Number(exp) : null;
  if (!isAddressSignature(secret, { id, keyId, expiresAt }, sig)) return "none";
  if (expiresAt !== null && services.now() >= expiresAt * 1000) {
    return refuse(
      `The address of this file worked until ${new Date(expiresAt * 1000).toISOString()}.`,
      `Ask for the job again (GET /v1/jobs/${job.id}): its answer has a new address.`,
    );
  }
  if (!(await isKeyInForce(keyId))) {
    return refuse(
      "The key that this file was made with is no longer in force.",
      "Ask the gateway's owner for the file.",
    );
  }
  return "valid";
}

function refuse(message: string, fix: string): ServiceError {
  return new ServiceError("forbidden", message, { fix });
}
