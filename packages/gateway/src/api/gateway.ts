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

/**
 * Returns the answer to a challenge: HMAC-SHA256 of the nonce and of the gateway's own URL, as hex. The URL is in it
 * so that a program at another address cannot pass the challenge on to the real gateway.
 */
export async function proofOf(key: string, url: string, nonce: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const secret = await crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, [
    "sign",
  ]);
  const text = `jimeng gateway proof\n${url}\n${nonce}`;
  const signature = await crypto.subtle.sign("HMAC", secret, encoder.encode(text));
  return [...new Uint8Array(signature)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
