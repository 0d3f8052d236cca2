// The proof of a gateway that it is the one of gateway.json.

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
