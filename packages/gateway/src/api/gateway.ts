// What a gateway tells this user's programs about itself: the proof that it is the one of gateway.json, and the
// hand-over of its data folder to the next gateway.

import * as z from "zod";

const minNonceLength = 16;
const maxNonceLength = 128;

/** The query of `GET /v1/gateway/proof`. */
export const proofQuerySchema = z.object({
  nonce: z.string().min(minNonceLength).max(maxNonceLength),
});

/** A gateway's answer to a challenge. */
export const proofSchema = z
  .object({ object: z.literal("gateway.proof"), proof: z.string() })
  .meta({ id: "GatewayProof" });

export type GatewayProof = z.infer<typeof proofSchema>;

/** The body of `POST /v1/gateway/hand-over`: the fingerprint of the accounts of the gateway that takes over. */
export const handOverBodySchema = z
  .object({ accounts: z.string().min(1) })
  .meta({ id: "HandOverRequest" });

/** The answer to a hand-over that was accepted: the data folder is free soon. */
export const handOverSchema = z
  .object({ object: z.literal("gateway.hand_over"), accepted: z.literal(true) })
  .meta({ id: "HandOver" });
