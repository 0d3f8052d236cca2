// Writes what is derived from the table of settings: the tables of both READMEs, and .env.example. Run by
// `npm run readme`; tests/readme.test.ts checks the result.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { settings } from "../packages/gateway/src/config/settings.ts";
import type { Words } from "../packages/gateway/src/config/definition.ts";

type Language = keyof Words;

/** The READMEs and their languages. */
export const readmes: readonly { name: string; language: Language }[] = [
  { name: "README.md", language: "en" },
  { name: "README.zh-CN.md", language: "zh" },
];

const heads: Record<Language, string> = {
  en: "| variable | default | meaning |",
  zh: "| 变量 | 默认值 | 含义 |",
};

/** Renders the settings as a Markdown table. */
export function settingsTable(language: Language): string {
  const escape = (text: string): string => text.replaceAll("|", "\\|");
  return [
    heads[language],
    "|---|---|---|",
    ...settings.map(({ name, default: standard, description }) => {
      const shown = standard[language] === "" ? "–" : escape(standard[language]);
      return `| \`${name}\` | ${shown} | ${escape(description[language])} |`;
    }),
  ].join("\n");
}

/** Renders every setting as a commented line of an environment file. */
export function environmentExample(): string {
  const lines = settings.flatMap(({ name, default: standard, description }) => {
    const isValue = standard.en === standard.zh;
    const comment = isValue || standard.en === "" ? "" : ` Default: ${standard.en}.`;
    return [`# ${description.en}${comment}`, `#${name}=${isValue ? standard.en : ""}`, ""];
  });
  return [
    "# Every setting of the gateway with its default. Copy this file, remove the # of what you change, and start with",
    "# node --env-file=.env, docker compose, or your service manager. Written by `npm run readme`.",
    "",
    ...lines,
  ].join("\n");
}

/** Names the file of `environmentExample`. */
export const environmentExampleFile = ".env.example";

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pathOf = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
  for (const { name, language } of readmes) {
    const text = readFileSync(pathOf(name), "utf8").replace(
      /(<!-- settings:begin -->\n)[\s\S]*?(<!-- settings:end -->)/,
      (_match, begin: string, end: string) => `${begin}${settingsTable(language)}\n${end}`,
    );
    writeFileSync(pathOf(name), text);
  }
  writeFileSync(pathOf(environmentExampleFile), environmentExample());
}
