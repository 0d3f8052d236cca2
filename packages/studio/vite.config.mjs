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

export default defineConfig({
  // The gateway may serve it below any path: its page names that path, and everything else is relative.
  base: "./",
  plugins: [tailwind(), paintOnce],
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
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // lucide-react's files say "use client", which means something to servers alone.
      onLog: (level, log, handle) => {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handle(level, log);
      },
    },
  },
});
