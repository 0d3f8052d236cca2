// Checks the address of a webhook before anything is stored or paid; what its name leads to is checked at every connection.

import { JimengError } from "@jimeng/sdk";

import { refusalOf } from "./url-guard.ts";

const maxLength = 2048;

/**
 * Checks the address that webhooks are sent to. Public ones need https. Throws `invalid_request` that names the field.
 */
export function assertWebhookUrl(
  text: string,
  { allowPrivate, param }: { allowPrivate: boolean; param: string },
): void {
  const url = text.length > maxLength ? null : URL.parse(text);
  const refusal = url === null ? "it is no URL" : reasonOf(url, allowPrivate);
  if (refusal === undefined) return;
  throw new JimengError("invalid_request", `The webhook's URL is refused: ${refusal}.`, {
    param,
    charged: "no",
    fix: "Name an https URL on a public host. For receivers in your own network set JIMENG_ALLOW_PRIVATE_WEBHOOKS=true.",
  });
}

function reasonOf(url: URL, allowPrivate: boolean): string | undefined {
  const refusal = refusalOf(url, allowPrivate);
  if (refusal !== undefined) return refusal;
  return url.protocol === "http:" && !allowPrivate ? "it is not https" : undefined;
}
