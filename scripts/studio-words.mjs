// Compiles the studio's messages (packages/studio/messages/ROOM.en.json and ROOM.zh.json) with Paraglide into
// packages/studio/src/words/ROOM.js, one function for each. Its output is committed, since Paraglide runs on fewer
// platforms than the studio is built on.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const studio = join(root, "packages", "studio");
const locales = ["en", "zh"];

/** Returns the texts of the files to write, by their path below packages/studio/src/words. Throws for a missing text. */
export async function compileWords() {
  const rooms = readRooms();
  const output = await compile(rooms);
  const files = {};
  for (const [room, keys] of Object.entries(rooms)) {
    const bodies = Object.keys(keys).map((key) => toFunction(output, room, key));
    const imports = [...(bodies.some((body) => /\bplural\(/.test(body)) ? ["plural"] : []), "say"];
    files[`${room}.js`] = [
      `// Compiled from messages/${room}.en.json and messages/${room}.zh.json by scripts/studio-words.mjs.`,
      `import { ${imports.join(", ")} } from "./locale.ts";`,
      "",
      ...bodies,
      "",
    ].join("\n");
    files[`${room}.d.ts`] = [
      `// The messages of ${room}, compiled by scripts/studio-words.mjs.`,
      ...Object.entries(keys).map(([key, texts]) => toDeclaration(key, texts)),
      "",
    ].join("\n");
  }
  return files;
}

/** Reads every room's messages: key → locale → text, or texts by plural category. */
function readRooms() {
  const folder = join(studio, "messages");
  const names = readdirSync(folder).filter((name) => name.endsWith(".en.json"));
  return Object.fromEntries(
    names.toSorted().map((name) => {
      const room = name.slice(0, -".en.json".length);
      const [en, zh] = locales.map((locale) =>
        JSON.parse(readFileSync(join(folder, `${room}.${locale}.json`), "utf8")),
      );
      const missing = [
        ...Object.keys(en)
          .filter((key) => !(key in zh))
          .map((key) => `${key} in zh`),
        ...Object.keys(zh)
          .filter((key) => !(key in en))
          .map((key) => `${key} in en`),
        ...Object.keys(en).filter((key) => en[key] === "" || zh[key] === ""),
      ];
      if (missing.length > 0) throw new Error(`messages of ${room}: ${missing.join(", ")} missing`);
      const keys = Object.keys(en).map((key) => {
        const [inEnglish, inChinese] = [namesIn(en[key]), namesIn(zh[key])];
        if (inEnglish.join() !== inChinese.join())
          throw new Error(`messages of ${room}: ${key} has other values in en than in zh`);
        return [key, { en: en[key], zh: zh[key] }];
      });
      return [room, Object.fromEntries(keys)];
    }),
  );
}

/** Lists the names of the values in a message, sorted. */
function namesIn(text) {
  const texts = typeof text === "string" ? [text] : Object.values(text);
  const found = texts.flatMap((one) => [...one.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  // A message with plural forms is chosen by its count.
  if (typeof text !== "string") found.push("count");
  return [...new Set(found)].toSorted((a, b) => a.localeCompare(b));
}

async function compile(rooms) {
  const { executeLixBatch, loadProjectInMemory, newProject } = await import("@inlang/sdk");
  const { compileProject } = await import("@inlang/paraglide-js");
  const blob = await newProject({ settings: { baseLocale: "en", locales, modules: [] } });
  const project = await loadProjectInMemory({ blob });
  const bundles = Object.entries(rooms).flatMap(([room, keys]) =>
    Object.entries(keys).map(([key, texts]) => toBundle(toId(room, key), texts)),
  );
  // All at once: message by message it takes a minute.
  await executeLixBatch(project.db, toInserts(project.db, bundles));
  const output = await compileProject({
    project,
    compilerOptions: { emitGitIgnore: false, emitPrettierIgnore: false, emitReadme: false },
  });
  await project.close();
  return output;
}

/** Returns the statements that put messages into Paraglide's database. */
function toInserts(db, bundles) {
  const messages = bundles.flatMap((bundle) => bundle.messages);
  const variants = messages.flatMap((message) => message.variants);
  const tables = {
    bundle: bundles.map(({ id, declarations }) => ({ id, declarations })),
    message: messages.map(({ variants: _, ...message }) => message),
    variant: variants,
  };
  return Object.entries(tables).flatMap(([table, rows]) =>
    rows.map((row) => db.insertInto(table).values(row).compile()),
  );
}

function toBundle(id, texts) {
  const names = namesIn(texts.en);
  const isPlural = locales.some((locale) => typeof texts[locale] !== "string");
  const reference = (name) => ({ type: "variable-reference", name });
  const declarations = names.map((name) => ({ type: "input-variable", name }));
  if (isPlural) {
    const annotation = { type: "function-reference", name: "plural", options: [] };
    const value = { type: "expression", arg: reference("count"), annotation };
    declarations.push({ type: "local-variable", name: "countPlural", value });
  }
  const messages = locales.map((locale) => {
    const messageId = `${id}_${locale}`;
    const isString = typeof texts[locale] === "string";
    const forms = isString ? { other: texts[locale] } : texts[locale];
    return {
      id: messageId,
      bundleId: id,
      locale,
      selectors: isString ? [] : [reference("countPlural")],
      variants: Object.entries(forms).map(([form, text]) => ({
        id: `${messageId}_${form}`,
        messageId,
        matches: isString
          ? []
          : form === "other"
            ? [{ type: "catchall-match", key: "countPlural" }]
            : [{ type: "literal-match", key: "countPlural", value: form }],
        pattern: toPattern(text),
      })),
    };
  });
  return { id, declarations, messages };
}

function toPattern(text) {
  return text
    .split(/(\{\w+\})/)
    .filter((part) => part !== "")
    .map((part) =>
      /^\{\w+\}$/.test(part)
        ? { type: "expression", arg: { type: "variable-reference", name: part.slice(1, -1) } }
        : { type: "text", value: part },
    );
}

/** Returns Paraglide's name for a message: it tells upper from lower case by numbers. */
function toId(room, key) {
  return `${room}_${key}`.replaceAll(/[A-Z-]/g, (letter) =>
    letter === "-" ? "_" : `_${letter.toLowerCase()}`,
  );
}

/**
 * Returns the code of one message: Paraglide's functions of each language, chosen between by `say`, under a name without
 * the room. Comments and the fallbacks for servers are left out: a browser loads all of it with the page.
 */
function toFunction(output, room, key) {
  const id = toId(room, key);
  const code = Object.values(output).find((text) => text.includes(`export const ${id} =`));
  if (code === undefined) throw new Error(`Paraglide compiled no ${id}`);
  const plain = code
    .replaceAll(/\/\*[\s\S]*?\*\/ ?/g, "")
    .replaceAll("registry.plural(", "plural(");
  const texts = locales.map((locale) => {
    const start = `const ${locale}_${id} = `;
    const from = plain.indexOf(start);
    if (from === -1) throw new Error(`${id} has no ${locale}`);
    return shorten(plain.slice(from + start.length).split(/;\n(?=\n|const |export )/)[0]);
  });
  return `export const ${key} = /* @__PURE__ */ say(${texts.join(", ")});`;
}

/** Writes a function that only returns as an expression. */
function shorten(code) {
  const text = code.replaceAll(/\n\s*/g, " ").trim();
  const single = /^(\(\w*\)) => \{ return \((`(?:[^`\\]|\\.)*`)\) \}$/.exec(text);
  return single === null ? text : `${single[1]} => ${single[2].replaceAll("i?.", "i.")}`;
}

function toDeclaration(key, texts) {
  const names = namesIn(texts.en);
  const fields = names.map((name) => `${name}: ${name === "count" ? "number" : "string | number"}`);
  const inputs = names.length === 0 ? "" : `inputs: { ${fields.join("; ")} }`;
  return `export declare const ${key}: (${inputs}) => string;`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = await compileWords();
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(studio, "src", "words", name), text);
  // The sdk of Paraglide keeps the process alive.
  process.exit(0);
}
