// Answers POST /passport/account/info/v2 (account.md), the one answer without `ret`.

import type { Endpoint } from "../endpoint.ts";
import { objectName } from "../media/media-links.ts";
import { regions } from "../regions.ts";

/** The endpoint that tells whether a session is alive and whose it is. */
export const accountInfoEndpoint: Endpoint = {
  name: "account_info",
  path: "/passport/account/info/v2",
  envelope: "passport",
  handle: ({ account, region }) => ({
    app_id: regions[region].aid,
    user_id: Number(account.uid),
    user_id_str: account.uid,
    sec_user_id: `MS4wLjABAAAA${objectName(account.uid)}`,
    name: `simulated-${account.uid.slice(-4)}`,
    screen_name: `simulated-${account.uid.slice(-4)}`,
    avatar_url: "https://simulated.invalid/avatar.jpeg",
    mobile: "",
    email: "",
    // The real field holds a secret; nothing of the session is echoed here.
    session_key: "",
  }),
};
