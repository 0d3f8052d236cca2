// A job's request as a command or a program that makes the same.

import type { JobObject } from "@jimeng/gateway/api";

import { fieldOf, toReferenceFields } from "../create/again.ts";

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
  const { sample_strength, intelligent_ratio } = request;
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
    sample_strength,
    intelligent_ratio,
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

const referenceOptions: Readonly<Record<string, string>> = {
  first_frame: "--first",
  input_reference: "--first",
  image: "--first",
  last_frame: "--last",
  subjects: "--subject",
  frames: "--frame",
};

function toCommand({ kind, model, request }: JobObject): string {
  const isVideo = kind === "video";
  const { prompt, negative_prompt, ratio, resolution, count, seed, references = [] } = request;
  const isTimed = references.every(({ param }) => fieldOf(param) !== "frames");
  const files = references.map(({ file_id: id, param, seconds, prompt: words }) => {
    const option = isVideo ? (referenceOptions[fieldOf(param)] ?? "--ref") : "--ref";
    const parts = option === "--frame" && seconds !== undefined ? [seconds, words] : [];
    return [option, [id, ...parts].filter((part) => part !== undefined).join(":")] as const;
  });
  const options: readonly (readonly [string, unknown])[] = [
    ["--model", model],
    ["--ratio", ratio],
    ["--resolution", resolution],
    ["--count", !isVideo && count !== undefined ? Math.min(count, maxCount) : undefined],
    ["--seconds", isVideo && isTimed ? request.duration_seconds : undefined],
    ["--seed", seed],
    ["--negative", negative_prompt],
    ...files,
  ];
  const words = options.flatMap(([name, value]) =>
    value === undefined ? [] : [name, quoteForShell(String(value as string | number))],
  );
  return ["jimeng", isVideo ? "video" : "image", quoteForShell(prompt), ...words].join(" ");
}

function quoteForShell(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Quotes a text as a Python string; JSON's escapes mean the same there. */
function quoteForPython(text: string): string {
  return JSON.stringify(text);
}
