// The errors of gateway keys.

import { ServiceError } from "../errors.ts";

/** Returns the error for an id that no key in force has. */
export function keyNotFound(): ServiceError {
  return new ServiceError("not_found", "There is no key of this id.", {
    what: "key",
    param: "id",
    fix: "GET /v1/keys lists them; a revoked key cannot be changed.",
  });
}

/** Returns the error for a name that another key in force has. */
export function nameTaken(name: string): ServiceError {
  return new ServiceError("conflict", `Another key is called ${name}.`, {
    param: "name",
    fix: "Choose another name, or revoke the other key first.",
  });
}

/** Returns the error for the change of a key that a setting names. */
export function keyOfSetting(): ServiceError {
  return new ServiceError("conflict", "This key is named by the setting JIMENG_API_KEYS.", {
    param: "id",
    fix: "Change the setting and start the gateway again, or make another key with POST /v1/keys.",
  });
}

/** Returns the error for a model that the caller's key does not allow. */
export function forbiddenModel(model: string): ServiceError {
  return new ServiceError("forbidden", `This key may not use the model ${model}.`, {
    param: "model",
    charged: "no",
    fix: "GET /v1/keys/self names the models that it may use.",
  });
}
