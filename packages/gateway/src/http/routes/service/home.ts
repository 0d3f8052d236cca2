// The route `/`: the studio or a plain page for browsers, a short description for programs.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";

import { chooseLanguage } from "../../answers/language.ts";
import { isCredentialNeeded } from "../../auth.ts";
import { baseFor, urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { homeHeaders, renderHomePage } from "./home-page.ts";
import { sendStudioPage, wantsPage } from "./studio.ts";

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
        if (wantsPage(request) && services.studio !== null) {
          return await sendStudioPage(request, reply, { services, studio: services.studio });
        }
        if (!wantsPage(request)) {
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

/** Returns the address without its host: the page is looked at under the name that served it. */
function toPath(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}
