// A job's request as a command or a program that makes the same.

import type { JobObject } from "@jimeng/gateway/api";

import { toReferenceFields } from "../create/again.ts";

/** A form of a request. */
export type CopyForm = "curl" | "TypeScript" | "Python" | "CLI";

const maxCount = 10;
// Where the copied program reads its key.
const environment = ["process", "env"].join(".");

/** Returns the body that makes the same as a job. */
export function toRequestBody(job: JobObject): Record<string, unknown> {
  const { kind, tool, model, request } = job;
  const { options, duration_seconds, prompt, negative_prompt, ratio, resolution, count, seed } =
    request;
  const body = {
    kind,
    tool,
    model,
    prompt,
    negative_prompt,
    ratio,
    resolution,
    count: kind === "image" && tool === null ? count : undefined,
    duration_seconds: kind === "video" && tool === null ? duration_seconds : undefined,
    seed,
    ...options,
    ...toReferenceFields(job),
  };
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== undefined && value !== null),
  );
}

/** Returns the text of a form. The key stays a variable. */
export function toCopyText(form: CopyForm, job: JobObject, gateway: string): string {
  const body = toRequestBody(job);
  switch (form) {
    case "curl":
      return [
        `curl ${gateway}/v1/jobs \\`,
        `  -H "authorization: Bearer $JIMENG_API_KEY" \\`,
        `  -H "content-type: application/json" \\`,
        `  -d ${quoteForShell(JSON.stringify(body))}`,
      ].join("\n");
    case "TypeScript":
      return [
        `import { GatewayClient } from "@jimeng/gateway/api";`,
        "",
        `const client = new GatewayClient({`,
        `  baseUrl: ${JSON.stringify(gateway)},`,
        `  key: ${environment}.JIMENG_API_KEY,`,
        `});`,
        `const [job] = await client.jobs.create(${JSON.stringify(body, null, 2)});`,
        `console.log((await client.jobs.wait(job.id)).result);`,
      ].join("\n");
    case "Python":
      return [
        `import json, os, urllib.request`,
        "",
        `body = json.loads(${quoteForPython(JSON.stringify(body))})`,
        `request = urllib.request.Request(`,
        `    ${JSON.stringify(`${gateway}/v1/jobs`)},`,
        `    data=json.dumps(body).encode(),`,
        `    headers={`,
        `        "authorization": f"Bearer {os.environ.get('JIMENG_API_KEY', '')}",`,
        `        "content-type": "application/json",`,
        `    },`,
        `)`,
        `print(json.load(urllib.request.urlopen(request)))`,
      ].join("\n");
    case "CLI":
      return toCommand(job);
  }
}

function toCommand({ kind, model, request }: JobObject): string {
  const { prompt, negative_prompt, ratio, resolution, count, seed, duration_seconds } = request;
  const options: readonly (readonly [string, unknown])[] = [
    ["--model", model],
    ["--ratio", ratio],
    ["--resolution", resolution],
    ["--count", kind === "image" && count !== undefined ? Math.min(count, maxCount) : undefined],
    ["--duration", kind === "video" ? duration_seconds : undefined],
    ["--seed", seed],
    ["--negative", negative_prompt],
  ];
  const words = options.flatMap(([name, value]) =>
    value === undefined ? [] : [name, quoteForShell(String(value as string | number))],
  );
  return ["jimeng", kind === "video" ? "video" : "image", quoteForShell(prompt), ...words].join(
    " ",
  );
}

function quoteForShell(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Quotes a text as a Python string; JSON's escapes mean the same there. */
function quoteForPython(text: string): string {
  return JSON.stringify(text);
}
