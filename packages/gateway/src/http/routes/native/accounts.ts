// The routes of accounts: their list with their health, storing and removing one, and the check that their owner asks for.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import type { AccountObject } from "../../../api/accounts.ts";
import { ServiceError } from "../../../errors.ts";
import type { Account } from "../../../accounts/account.ts";
import { noAccount } from "../../../accounts/errors.ts";
import {
  accountDeletedSchema,
  accountListSchema,
  accountSchema,
  accountsCheckBodySchema,
  accountsReloadSchema,
  checkedAccountListSchema,
  checkedAccountSchema,
  newAccountBodySchema,
} from "../../../api/accounts.ts";
import {
  readNewAccount,
  toAccountObject,
  toCheckedObject,
} from "../../../shapes/native/accounts.ts";
import type { Services } from "../../services.ts";
import { errorResponses } from "../../responses.ts";

const tags = ["accounts"];

/** Registers the account routes; all of them need the scope admin. */
export function accountRoutes(services: Services): FastifyPluginAsyncZod {
  const { accounts, checkAccounts } = services;
  return async (app) => {
    app.get(
      "/v1/accounts",
      {
        config: { scope: "admin" },
        schema: {
          summary: "List the accounts and their health",
          tags,
          response: { 200: accountListSchema, ...errorResponses },
        },
      },
      async () => {
        const inFlight = await accounts.inFlight();
        const data = accounts
          .list()
          .map((account) => describe(services, account, inFlight.get(account.name) ?? 0));
        return { object: "list" as const, data };
      },
    );

    await app.register(storingRoutes(services));

    app.post(
      "/v1/accounts/:name/check",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Check one account: is its session alive, whose is it, what may it do",
          tags,
          params: z.object({ name: z.string().min(1) }),
          response: { 200: checkedAccountSchema, ...errorResponses },
        },
      },
      async (request) => {
        const [checked] = await checkAccounts([request.params.name]);
        if (checked === undefined) throw noAccount();
        if (checked.valid === null && checked.error !== null) throw checked.error;
        return toCheckedObject(checked, request.id);
      },
    );

    app.post(
      "/v1/accounts/check",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Check many accounts, five at a time; all configured ones when none is named",
          tags,
          body: accountsCheckBodySchema,
          response: { 200: checkedAccountListSchema, ...errorResponses },
        },
      },
      async (request) => {
        const configured = accounts.list().flatMap((each) => (each.adopted ? [] : [each.name]));
        const names = request.body?.accounts ?? configured;
        if (names.length === 0) throw noAccount();
        const checks = await checkAccounts(names);
        const firstError = checks[0]?.error ?? null;
        if (firstError !== null && checks.every(({ valid }) => valid === null)) throw firstError;
        const data = checks.map((checked) => toCheckedObject(checked, request.id));
        return { object: "list" as const, data };
      },
    );
  };
}

/** Registers the routes that store and remove accounts, and read those of the settings again. */
function storingRoutes(services: Services): FastifyPluginAsyncZod {
  const { config, storedAccounts, configuredAccounts } = services;
  return async (app) => {
    app.post(
      "/v1/accounts",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Store an account, or renew its session",
          tags,
          body: newAccountBodySchema,
          response: { 200: accountSchema, 201: accountSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        if (config.mode === "simulator") throw onSimulator();
        const { account, isNew } = await storedAccounts.store(readNewAccount(request.body));
        request.audit.subject = account.name;
        return await reply.code(isNew ? 201 : 200).send(await toObject(services, account));
      },
    );

    app.post(
      "/v1/accounts/reload",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Read the accounts of the settings again",
          tags,
          response: { 200: accountsReloadSchema, ...errorResponses },
        },
      },
      async () => ({
        object: "accounts.reload" as const,
        ...(await configuredAccounts.reload()),
      }),
    );

    app.delete(
      "/v1/accounts/:name",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Remove a stored account and its session",
          tags,
          params: z.object({ name: z.string().min(1) }),
          response: { 200: accountDeletedSchema, ...errorResponses },
        },
      },
      async ({ params: { name } }) => {
        await storedAccounts.remove(name);
        return { name, object: "account.deleted" as const, deleted: true as const };
      },
    );
  };
}

async function toObject(services: Services, account: Account): Promise<AccountObject> {
  const inFlight = await services.accounts.inFlight();
  return describe(services, account, inFlight.get(account.name) ?? 0);
}

function describe({ accounts, jobs }: Services, account: Account, inFlight: number): AccountObject {
  const { name } = account;
  return toAccountObject(account, {
    health: accounts.health(name),
    facts: accounts.healthFacts(name),
    inFlight,
    limits: jobs.concurrencyLimits(name),
  });
}

function onSimulator(): ServiceError {
  return new ServiceError("conflict", "This gateway runs on the simulator.", {
    fix: "A real session never goes there. Run jimeng login on the gateway's machine, then start the gateway again.",
  });
}
