// The route `/`: a page for browsers, a short description for programs.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";

import { isCredentialNeeded } from "../../auth.ts";
import { baseFor, urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { homeHeaders, renderHomePage } from "./home-page.ts";
import { chooseLanguage } from "./home-texts.ts";

const shownJobs = 12;

/** Registers `/`. */
export function homeRoutes(services: Services): FastifyPluginAsyncZod {
  const { config, jobs, version } = services;
  return async (app) => {
    app.get(
      "/",
      {
        config: { scope: "public" },
        schema: {
          summary: "Show what this gateway is",
          tags: ["service"],
        },
      },
      async (request, reply) => {
        const base = baseFor(request, services);
        if (!wantsPage(request.headers.accept)) {
          return {
            object: "gateway",
            name: "jimeng",
            version,
            mode: config.mode,
            urls: {
              docs: `${base}/docs`,
              openapi: `${base}/openapi.json`,
              ready: `${base}/readyz`,
              models: `${base}/v1/models`,
              jobs: `${base}/v1/jobs`,
            },
          };
        }
        const urls = urlsFor(request, services);
        // Whoever may open the page may read every job where no credential is needed; elsewhere it shows none.
        await services.keys.refresh();
        const isOpen = !isCredentialNeeded(services);
        const page = renderHomePage({
          language: chooseLanguage(request.headers["accept-language"]),
          mode: config.mode,
          version,
          base,
          jobs: isOpen ? (await jobs.list({ limit: shownJobs, order: "desc" })).jobs : null,
          urlOf: (asset, job) => toPath(urls.asset(asset, job)),
          now: services.now(),
        });
        return reply.headers(homeHeaders).send(page);
      },
    );
  };
}

/** Tells whether HTML was asked for by its name; what curl and most clients send, any type, is not. */
function wantsPage(accept: string | undefined): boolean {
  return /(^|,)\s*text\/html\s*(;|,|$)/i.test(accept ?? "");
}

/** Returns the address without its host: the page is looked at under the name that served it. */
function toPath(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}
