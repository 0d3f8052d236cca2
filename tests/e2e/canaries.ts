// A scene that puts a canary into every input of a gateway and collects every answer: a text that nobody else writes, so
// that whoever finds it knows where it came from.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { plainPicture } from "../chaos/png.ts";
import { runCommand } from "./processes.ts";
import type { Process } from "./processes.ts";

/** Texts that must not come out again, by the input that they are put into. */
export const canaries = {
  session: "canary0session0canary0session000",
  apiKey: "canary-api-key-canary-api-key",
  secretKey: "canary-secret-key-canary-secret",
  proxyPassword: "canary-proxy-password",
  pastedSession: "canary0pasted0canary0pasted00000",
  otherCookie: "canary-other-cookie",
  accountProxyPassword: "canary-account-proxy-password",
  signedQuery: "canary-signed-query",
  wrongKey: "canary-wrong-key-canary-wrong-key",
  strayCookie: "canary-stray-cookie",
  strayQuery: "canary-stray-query",
} as const;

/** Stands in bodies of requests: it may be in the database and in the answers about its job, and nowhere else. */
export const promptCanary = "canary prompt of a scene";

/** The settings that carry canaries. */
export const canarySettings = {
  JIMENG_SESSIONS: `mine=${canaries.session}`,
  JIMENG_API_KEYS: `setting=${canaries.apiKey}`,
  JIMENG_SECRET_KEY: canaries.secretKey,
  // Loopback is never called through it.
  HTTPS_PROXY: `http://canary-user:${canaries.proxyPassword}@127.0.0.1:9`,
  JIMENG_ALLOW_PRIVATE_REFERENCES: "true",
  JIMENG_ALLOW_PRIVATE_WEBHOOKS: "true",
  LOG_LEVEL: "trace",
};

/** What a scene left. */
export interface Played {
  /** Every answer with its headers; those that show a new secret once stand apart. */
  answers: string[];
  /** The secrets that the gateway made itself and showed once. */
  shownOnce: string[];
  /** What of the answers must not show the prompt: metrics, accounts, keys, the audit log, doctor. */
  withoutPrompts: string[];
}

/** Sends a canary into every input of a gateway that runs with `canarySettings`. */
export async function playCanaries(
  gateway: Process,
  adminKey: string,
  environment: Record<string, string>,
): Promise<Played> {
  const played: Played = { answers: [], shownOnce: [], withoutPrompts: [] };
  const references = await serveSignedPicture();
  async function ask(
    method: string,
    path: string,
    options: { body?: unknown; key?: string | null; headers?: Record<string, string> } = {},
  ): Promise<{ status: number; text: string }> {
    const { body, key = adminKey, headers = {} } = options;
    const response = await fetch(`${gateway.url}${path}`, {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const route = path.replace(/\?.*/, "");
    played.answers.push(`${route} ${JSON.stringify([...response.headers])}\n${text}`);
    return { status: response.status, text };
  }
  /** Asks for something that shows a secret once, and keeps that answer from the others. */
  async function make(path: string, body: unknown, field: string): Promise<string> {
    const { status, text } = await ask("POST", path, { body });
    played.answers.pop();
    const secret = (JSON.parse(text) as Record<string, unknown>)[field];
    if (status >= 300 || typeof secret !== "string") throw new Error(`${path}: ${text}`);
    played.shownOnce.push(secret);
    return secret;
  }
  try {
    const key = await make("/v1/keys", { name: "canary", scopes: ["generate", "read"] }, "key");
    const signedIn = await fetch(`${gateway.url}/v1/sign-in`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: gateway.url },
      body: JSON.stringify({ key }),
    });
    const [cookie = ""] = signedIn.headers.getSetCookie().map((each) => each.split(";")[0] ?? "");
    const token = cookie.slice(cookie.indexOf("=") + 1);
    if (token === "") throw new Error(`/v1/sign-in: ${await signedIn.text()}`);
    played.shownOnce.push(token);
    await ask("GET", "/v1/jobs", { key: null, headers: { cookie } });
    await ask("DELETE", "/v1/jobs/nothing", { key: null, headers: { cookie } });
    const hook = { url: `${references.url}/hook`, events: ["job.completed"] };
    await make("/v1/webhooks", hook, "secret");
    const cookies = `sessionid=${canaries.pastedSession}; other=${canaries.otherCookie}`;
    const proxy = `http://canary-user:${canaries.accountProxyPassword}@127.0.0.1:9`;
    const pasted = `curl 'https://jimeng.jianying.com/' -H 'cookie: ${cookies}'`;
    const account = { session: pasted, name: "pasted", region: "cn", proxy, check: false };
    await ask("POST", "/v1/accounts", { body: account });
    await ask("POST", "/v1/accounts", { body: { ...account, region: "nowhere" } });
    await ask("POST", "/v1/accounts/pasted/check");
    const image = {
      model: "jimeng-4.0",
      prompt: promptCanary,
      account: "mine",
      image: `${references.url}/picture.png?sig=${canaries.signedQuery}`,
      user: "canary-user-of-a-body",
    };
    await ask("POST", "/v1/images/edits", { body: image, key });
    const broken = `${references.url}/absent.png?sig=${canaries.signedQuery}`;
    await ask("POST", "/v1/images/edits", { body: { ...image, image: broken }, key });
    await ask("POST", "/v1/images/generations", {
      body: { ...image, image: undefined, prompt: `${promptCanary} simulate:1019` },
    });
    await ask("POST", "/v1/images/generations", { body: "{ malformed", key: canaries.wrongKey });
    await ask("POST", `/v1/nowhere?key=${canaries.strayQuery}`, { body: {}, key: null });
    await ask("GET", `/v1/jobs?limit=${canaries.strayQuery}`, {
      headers: { cookie: `session=${canaries.strayCookie}` },
    });
    for (const path of ["/v1/jobs", "/v1/webhooks", "/v1/models", "/openapi.json", "/v1/keys/self"])
      await ask("GET", path);
    const before = played.answers.length;
    for (const path of [
      "/metrics",
      "/v1/accounts",
      "/v1/keys",
      "/v1/audit",
      "/v1/credits",
      "/readyz",
    ])
      await ask("GET", path);
    played.withoutPrompts.push(...played.answers.slice(before));
    const doctor = await runCommand(["doctor", "--json"], environment);
    played.answers.push(doctor.output);
    played.withoutPrompts.push(doctor.output);
    return played;
  } finally {
    references.close();
  }
}

/** Names the canaries and secrets that stand in a text. */
export function found(text: string, played: Pick<Played, "shownOnce">): string[] {
  const named = Object.entries(canaries).filter(([, canary]) => text.includes(canary));
  const shown = played.shownOnce.filter((secret) => text.includes(secret));
  return [...named.map(([name]) => name), ...shown.map((_secret, at) => `shown once ${at}`)];
}

/** Serves a picture to whoever has the signature, and takes webhooks. */
async function serveSignedPicture(): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    const isSigned = request.url === `/picture.png?sig=${canaries.signedQuery}`;
    if (isSigned) response.setHeader("content-type", "image/png");
    response.statusCode = isSigned || request.method === "POST" ? 200 : 404;
    response.end(isSigned ? plainPicture(0x33_66_99) : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
}
