// Names what a route does, for the audit log.

// In this order: the first that matches names the action. Unsafe requests that no rule knows are `other`.
const rules: readonly (readonly [RegExp, string | null])[] = [
  [/^DELETE .*\/sign-in$/, "sign_out"],
  [/\/sign-in$/, "sign_in"],
  // Nothing is changed by these.
  [/^POST \/v1\/estimate$|^POST \/token\/(check|points)$/, null],
  [/^POST (\/v1\/credits\/claim|\/token\/receive)$/, "credits.claim"],
  [/^POST \/v1\/history\/import$/, "history.import"],
  [/^POST \/v1\/gateway\/log-level$/, "gateway.log_level"],
  [/^POST \/v1\/gateway\/hand-over$/, "gateway.hand_over"],
  [/^POST \/v1\/(jobs\/batch|batches)$/, "batch.create"],
  [/^POST \/v1\/jobs$|^POST \/v1\/(images|videos|video|audio|chat)(\/|$)/, "job.create"],
  [/^DELETE \/v1\/videos\//, "job.delete"],
  [/^POST \/upload$/, "file.create"],
];

const resources: Readonly<Record<string, string>> = {
  accounts: "account",
  assets: "asset",
  batches: "batch",
  files: "file",
  jobs: "job",
  keys: "key",
  "upload-links": "upload_link",
  webhooks: "webhook",
};
const verbs: Readonly<Record<string, string>> = {
  POST: "create",
  PUT: "update",
  PATCH: "update",
  DELETE: "delete",
};

/** Returns the action of an unsafe route, such as `key.rotate`; null for one that changes nothing. */
export function actionOfRoute(method: string, url: string): string | null {
  const route = `${method} ${url}`;
  for (const [pattern, action] of rules) if (pattern.test(route)) return action;
  const [version, resource = "", ...rest] = url.split("/").slice(1);
  const name = resources[resource];
  if (version !== "v1" || name === undefined) return "other";
  const last = rest.at(-1);
  const verb = last === undefined || last.startsWith(":") ? verbs[method] : last;
  return verb === undefined ? "other" : `${name}.${verb.replaceAll("-", "_")}`;
}
