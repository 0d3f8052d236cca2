// The list of what @jimeng/gateway/api/client exports: the client without the schemas of bodies and answers, which take
// longer to load than all else that a command-line program needs.

export { errorTable } from "../error-table.ts";
export { hasJobEnded, jobStatuses } from "../job-words.ts";
export { GatewayClient } from "./client.ts";
export { GatewayError, readErrorBody, toGatewayError } from "./gateway-error.ts";
export { convertibleTypes, pictureFormats } from "../words/picture-formats.ts";

// The parts of the client, for a page that loads only what it calls.
export { Accounts } from "./resources/accounts.ts";
export { Assets } from "./resources/assets.ts";
export { Credits } from "./resources/credits.ts";
export { Events } from "./resources/events.ts";
export { Gateway } from "./resources/gateway.ts";
export { History } from "./resources/history.ts";
export { Jobs } from "./resources/jobs.ts";
export { Keys } from "./resources/keys.ts";
export { Models } from "./resources/models.ts";
export { SignIn } from "./resources/sign-in.ts";
export { Transport } from "./transport.ts";
export { Webhooks } from "./resources/webhooks.ts";
