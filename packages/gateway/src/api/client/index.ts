// The list of what @jimeng/gateway/api/client exports: the client without the schemas of bodies and answers, which take
// longer to load than all else that a command-line program needs.

export { errorTable } from "../error-table.ts";
export { hasJobEnded, jobStatuses } from "../job-words.ts";
export { GatewayClient } from "./client.ts";
export { GatewayError, readErrorBody, toGatewayError } from "./gateway-error.ts";
export { convertibleTypes, pictureFormats } from "../words/picture-formats.ts";
