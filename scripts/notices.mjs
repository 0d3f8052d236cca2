// Writes the licences of the packages that a bundle contains: their authors ask that they go with every copy.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes the names, versions and licence texts of packages, given by their folders, into one file. */
export function writeNotices(file, folders) {
  const notices = [...folders].map(readNotice).toSorted((one, other) => (one < other ? -1 : 1));
  writeFileSync(
    file,
    `This bundle contains the packages below.\n\n${[...new Set(notices)].join("\n")}`,
  );
}

function readNotice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder)
    .filter((entry) => /^(licen[cs]e|notice|copying)(\.(md|txt))?$/i.test(entry))
    .map((entry) => readFileSync(join(folder, entry), "utf8").trim());
  return [`## ${name} ${version} (${license ?? "see below"})`, ...texts, ""].join("\n\n");
}
