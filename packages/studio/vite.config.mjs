// How Vite builds the studio: Preact in the place of React, styles by Tailwind, and hashed names below studio/.
import tailwind from "@tailwindcss/vite";
import { defaultClientConditions, defineConfig } from "vite";

/**
 * Keeps the browser from painting before the script has run, which sets the chosen colours: otherwise a dark page would
 * begin with a white flash. No inline script is allowed to do that earlier.
 */
const paintOnce = {
  name: "paint-once",
  transformIndexHtml: {
    order: "post",
    handler: (html) =>
      html.replace('<script type="module"', '<script type="module" blocking="render"'),
  },
};

/** Leaves out of an icon what only React needs, and its other names: they do not compress. */
const leanIcons = {
  name: "lean-icons",
  transform: {
    filter: { id: /\/lucide-react\/dist\/esm\/icons\// },
    handler: (code) => ({
      code: code.replaceAll(/,\s*key: "\w+"|,\s*aliases: \[[^\]]*\]|^__iconData\.node;$/gm, ""),
      map: null,
    }),
  },
};

const firstPage = [
  "/node_modules/preact/",
  "/node_modules/@tanstack/",
  "/node_modules/wouter/",
  "/node_modules/lucide-react/dist/esm/shared/",
  "/node_modules/lucide-react/dist/esm/Icon",
  "/node_modules/lucide-react/dist/esm/createLucideIcon",
  "/gateway/src/api/",
  "/studio/src/data/",
  "/studio/src/controls/",
  "/studio/src/create/draft",
  "/studio/src/create/references/mentions",
  "/studio/src/words/create.js",
  "/studio/src/words/format",
];
// Only rooms that are opened later use them.
const later = /mutationObserver|useMutation/;
// Small things of several such rooms, which would be files of their own: each would cost a room a request more.
const shared =
  /mutationObserver|useMutation|account-facts|\/icons\/(?:circle-check|columns-2|download|film|image|lock|plus|search)\./;

/** Tells whether a module belongs to what every page needs at first. */
function isOfFirstPage(id) {
  return !later.test(id) && firstPage.some((part) => id.includes(part));
}

export default defineConfig({
  // The gateway may serve it below any path: its page names that path, and everything else is relative.
  base: "./",
  plugins: [tailwind(), paintOnce, leanIcons],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: {
    conditions: ["source", ...defaultClientConditions],
    alias: {
      "react/jsx-runtime": "preact/jsx-runtime",
      "react-dom/client": "preact/compat/client",
      "react-dom": "preact/compat",
      react: "preact/compat",
      // Wouter's: Preact has the hook itself.
      "use-sync-external-store/shim/index.js": "preact/compat",
    },
  },
  build: {
    target: "es2023",
    assetsDir: "studio",
    // Every file has its own name: nothing may be taken into a script as a data URL.
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // A room that is opened later needs little that is not there yet: a list of it would weigh more than it saves.
      resolveDependencies: (_, files, { hostType }) =>
        hostType === "html" ? files : files.filter((file) => file.endsWith(".css")),
    },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What the first page needs is one file beside the entry: many small ones are compressed worse.
        codeSplitting: {
          groups: [
            { name: "base", test: isOfFirstPage },
            { name: "shared", test: shared, minShareCount: 2 },
          ],
        },
      },
      // lucide-react's files say "use client", which means something to servers alone.
      onLog: (level, log, handle) => {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handle(level, log);
      },
    },
  },
});
