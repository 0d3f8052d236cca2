// Renders the page that a browser gets at `/`: what this gateway is, how to use it, and what it did last. The page has no
// script and loads nothing from other hosts.

import { createHash } from "node:crypto";

import type { Mode } from "../../../config/config.ts";
import type { Job } from "../../../jobs/job.ts";
import type { AnswerLanguage } from "../../answers/language.ts";
import { homeTexts } from "./home-texts.ts";
import type { HomeTexts } from "./home-texts.ts";

/** What the page shows. */
export interface HomeContent {
  language: AnswerLanguage;
  mode: Mode;
  version: string;
  /** The address that the browser used, without a final slash. */
  base: string;
  /** The last jobs, newest first; null where a credential is needed to see any. */
  jobs: readonly Job[] | null;
  /** Returns the address of a result, as this page's host serves it. */
  urlOf: (asset: Job["assets"][number], job: Job) => string;
  /** Unix milliseconds. */
  now: number;
}

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6470; --line: #d9dee5; --paper: #ffffff; --ground: #f5f6f8; --mark: #0a6b5e; --bad: #b42318; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #9aa4b0; --line: #313840; --paper: #1b1f24; --ground: #121519; --mark: #57c7b5; --bad: #ff8a7a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.05rem; margin: 2rem 0 .6rem; }
p { margin: .4rem 0; }
.soft { color: var(--soft); }
.mode { display: inline-block; border: 1px solid var(--mark); color: var(--mark); border-radius: 1rem; padding: 0 .7rem; font-size: .9rem; margin-right: .4rem; }
pre { background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; padding: .8rem 1rem; overflow-x: auto; font: .85rem/1.5 ui-monospace, Menlo, Consolas, monospace; margin: .4rem 0; }
code { font: .9em ui-monospace, Menlo, Consolas, monospace; }
ul.jobs { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .8rem; }
ul.jobs > li { background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; display: flex; flex-direction: column; }
.results { display: grid; grid-template-columns: 1fr; background: var(--ground); }
.results.many { grid-template-columns: 1fr 1fr; gap: 1px; }
.results img, .results video { width: 100%; aspect-ratio: 1; object-fit: cover; display: block; }
.about { padding: .6rem .8rem .8rem; }
.prompt { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; overflow-wrap: anywhere; }
.facts { font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; }
.failed { color: var(--bad); }
a { color: var(--mark); }
nav a { margin-right: 1rem; white-space: nowrap; }
`;

const styleHash = createHash("sha256").update(style).digest("base64");

/** The headers of the page: nothing may run in it, and nothing but pictures and videos of this host is loaded. */
export const homeHeaders: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  vary: "accept, accept-language",
};

const refreshSeconds = 3;
const shownResults = 4;

/** Renders the page as HTML. */
export function renderHomePage(content: HomeContent): string {
  const texts = homeTexts[content.language];
  const { name, meaning } = texts.modes[content.mode];
  const isBusy = content.jobs?.some(({ completedAt }) => completedAt === null) ?? false;
  return `<!doctype html>
<html lang="${content.language === "zh" ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${isBusy ? `<meta http-equiv="refresh" content="${refreshSeconds}">\n` : ""}<title>${escape(texts.title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escape(texts.title)}</h1>
<p class="soft">${escape(texts.subtitle)}</p>
<p><span class="mode">${escape(name)}</span>${escape(meaning)}</p>
${content.mode === "pass-through" ? "" : `<p class="soft">${escape(texts.noStudio)}</p>\n`}${renderUse(content, texts)}
<h2>${escape(texts.jobs)}</h2>
${renderJobs(content, texts)}
<h2>${escape(texts.links)}</h2>
${renderLinks(content, texts)}
<p class="soft">jimeng ${escape(content.version)}</p>
</main>
</body>
</html>
`;
}

function renderUse({ mode, base, jobs }: HomeContent, texts: HomeTexts): string {
  const needsKey = jobs === null;
  const command = [
    `curl ${base}/v1/images/generations \\`,
    ...(needsKey ? [`  -H "authorization: Bearer $JIMENG_API_KEY" \\`] : []),
    `  -H "content-type: application/json" \\`,
    `  -d '{"prompt": "a lighthouse in a storm"}'`,
  ].join("\n");
  const hint = mode === "pass-through" ? texts.sessionHint : texts.keyHint;
  return `<h2>${escape(texts.tryIt)}</h2>
${needsKey ? `<p class="soft">${escape(hint)}</p>\n` : ""}<pre>${escape(command)}</pre>
<p class="soft">${escape(texts.tryHint)} <code>${escape(base)}/v1</code></p>`;
}

function renderJobs(content: HomeContent, texts: HomeTexts): string {
  const { jobs, base } = content;
  if (jobs === null) {
    const command = `curl ${base}/v1/jobs -H "authorization: Bearer $JIMENG_API_KEY"`;
    return `<p class="soft">${escape(texts.jobsNeedKey)}</p>\n<pre>${escape(command)}</pre>`;
  }
  if (jobs.length === 0) return `<p class="soft">${escape(texts.noJobs)}</p>`;
  return `<ul class="jobs">\n${jobs.map((job) => renderJob(job, content, texts)).join("\n")}\n</ul>`;
}

function renderJob(job: Job, { urlOf, now }: HomeContent, texts: HomeTexts): string {
  const { prompt, model } = job.request;
  const present = job.assets.filter(({ trashedAt, deletedAt }) => !trashedAt && !deletedAt);
  const shown = present.slice(0, shownResults);
  const results = shown
    .map((asset) => renderResult(asset, urlOf(asset, job), prompt, texts))
    .join("");
  const facts = [
    `<span${job.status === "failed" ? ' class="failed"' : ""}>${escape(texts.statuses[job.status])}</span>`,
    escape(model),
    escape(texts.ago(Math.max(0, Math.floor((now - job.createdAt) / 1000)))),
  ].join(" · ");
  const error =
    job.error === null ? "" : `<p class="facts failed">${escape(job.error.message)}</p>`;
  return `<li>${results === "" ? "" : `<div class="results${shown.length > 1 ? " many" : ""}">${results}</div>`}<div class="about"><p class="prompt">${escape(prompt)}</p><p class="facts">${facts}</p>${error}<p class="facts"><a href="v1/jobs/${escape(job.id)}"><code>${escape(job.id)}</code></a></p></div></li>`;
}

function renderResult(
  { contentType }: Job["assets"][number],
  url: string,
  prompt: string,
  texts: HomeTexts,
): string {
  const label = escape(`${texts.pictureOf} ${prompt}`);
  const address = escape(url);
  if (contentType.startsWith("video/")) {
    return `<video src="${address}" controls muted preload="metadata" aria-label="${label}"></video>`;
  }
  return `<a href="${address}"><img src="${address}" alt="${label}" loading="lazy"></a>`;
}

function renderLinks({ jobs }: HomeContent, { linkNames }: HomeTexts): string {
  const open: [string, string][] = [
    ["docs", linkNames.docs],
    ["openapi.json", linkNames.openapi],
    ["readyz", linkNames.ready],
  ];
  const own: [string, string][] = [
    ["v1/models", linkNames.models],
    ["v1/jobs", linkNames.jobs],
  ];
  const links = jobs === null ? open : [...open, ...own];
  return `<nav>${links.map(([path, name]) => `<a href="${path}">${escape(name)}</a>`).join("")}</nav>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Returns a text as HTML that shows it, in content and in quoted attributes. */
function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}
