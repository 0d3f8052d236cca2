// Writing the settings table of gateway/src/settings.ts into both READMEs; tests/readme.test.ts checks it.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { settings } from "../packages/gateway/src/config/settings.ts";

/** Renders the settings as a Markdown table. */
export function settingsTable(): string {
  const escape = (text: string): string => text.replaceAll("|", "\\|");
  return [
    "| variable | default | meaning |",
    "|---|---|---|",
    ...settings.map(
      ({ name, default: standard, description }) =>
        `| \`${name}\` | ${standard === "" ? "–" : escape(standard)} | ${escape(description)} |`,
    ),
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of ["README.md", "README.zh-CN.md"]) {
    const file = fileURLToPath(new URL(`../${name}`, import.meta.url));
    const text = readFileSync(file, "utf8").replace(
      /(<!-- settings:begin -->\n)[\s\S]*?(<!-- settings:end -->)/,
      (_match, begin: string, end: string) => `${begin}${settingsTable()}\n${end}`,
    );
    writeFileSync(file, text);
  }
}
