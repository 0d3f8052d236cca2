// The routes /token/check, /token/points and /token/receive for clients of existing jimeng gateways; pass-through only.

import { JimengError } from "@jimeng/sdk";
import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { ServiceError } from "../../../errors.ts";
import type { AccountClient } from "../../../accounts/client.ts";
import type { AccountAccess } from "../../../accounts/account.ts";
import { readCredential } from "../../auth.ts";
import { mapAtMost } from "../../../concurrency.ts";
import { maskToken, toPoints } from "../../../shapes/compat/tokens.ts";
import { toErrorObject } from "../../../shapes/errors.ts";
import type { ErrorObject } from "../../../api/errors.ts";
import type { Services } from "../../services.ts";
import { errorResponses } from "../../responses.ts";

const tags = ["compatibility"];
const maxTokens = 20;
const concurrentTokens = 5;

const pointsSchema = z.object({
  giftCredit: z.number(),
  purchaseCredit: z.number(),
  vipCredit: z.number(),
  totalCredit: z.number(),
});
const maskedToken = z.string().meta({ description: "The first four characters and …" });

/** Registers the token routes; without pass-through they do not exist (404). */
export function tokenRoutes(services: Services): FastifyPluginAsyncZod {
  const { credits, confirmations } = services;
  return async (app) => {
    app.post(
      "/token/check",
      {
        // The token in the body is the credential: clients of this route send no other.
        config: { scope: "public" },
        schema: {
          summary: "Tell whether a session is alive",
          tags,
          body: z.object({ token: z.string().min(1) }),
          response: { 200: z.object({ live: z.boolean() }), ...errorResponses },
        },
      },
      async (request) => {
        confirmations.admit(request.ip, 1);
        const client = toClientIfReadable(services, request.body.token);
        return { live: client !== undefined && (await client.account.check()).alive };
      },
    );

    app.post(
      "/token/points",
      {
        config: { scope: "read" },
        schema: {
          summary: "Read the credits of the bearer's sessions (comma separated)",
          tags,
          response: {
            200: z.array(z.object({ token: maskedToken, points: pointsSchema.optional() })),
            ...errorResponses,
          },
        },
      },
      (request) =>
        forEachToken(services, request, async (access) => ({
          points: toPoints(await credits.balance(access)),
        })),
    );

    app.post(
      "/token/receive",
      {
        // Each session is asked for itself, and counted by `admit`.
        config: { scope: "generate", confirmedSession: false },
        schema: {
          summary: "Claim the daily credits of the bearer's sessions (comma separated)",
          tags,
          response: {
            200: z.array(
              z.object({
                token: maskedToken,
                credits: pointsSchema
                  .extend({ received: z.number(), alreadyReceived: z.boolean() })
                  .optional(),
              }),
            ),
            ...errorResponses,
          },
        },
      },
      (request) =>
        forEachToken(services, request, async (access) => {
          const { received, alreadyReceived } = await credits.claim(access);
          const points = toPoints(await credits.balance(access));
          return { credits: { ...points, received, alreadyReceived } };
        }),
    );
  };
}

function toClientIfReadable(services: Services, token: string): AccountClient | undefined {
  try {
    return services.accounts.forSession(token).client;
  } catch (error) {
    // A text that no cookie can carry is no session, so it is not alive.
    if (JimengError.isInstance(error) && error.code === "invalid_request") return undefined;
    throw error;
  }
}

async function forEachToken<Facts>(
  { accounts, confirmations }: Services,
  request: FastifyRequest,
  work: (access: AccountAccess) => Promise<Facts>,
): Promise<({ token: string } & (Facts | { error: ErrorObject }))[]> {
  const tokens = tokensOf(request);
  confirmations.admit(request.ip, tokens.length);
  const failures: JimengError[] = [];
  const answers = await mapAtMost(concurrentTokens, tokens, async (text) => {
    const token = maskToken(text);
    try {
      return { token, ...(await work(accounts.forSession(text))) };
    } catch (error) {
      // Each token has its own answer; one dead session must not hide the others'.
      if (!JimengError.isInstance(error)) throw error;
      failures.push(error);
      return { token, error: toErrorObject(error, { requestId: request.id }) };
    }
  });
  const [failure] = failures;
  if (failure !== undefined && failures.length === tokens.length) throw failure;
  return answers;
}

function tokensOf({ caller, headers }: FastifyRequest): string[] {
  if (caller.session() === null) {
    throw new ServiceError("unauthorized", "These routes take the caller's own sessions.", {
      fix: "Send them as Authorization: Bearer <session>, comma separated.",
    });
  }
  const tokens = (readCredential(headers) ?? "").split(",").map((token) => token.trim());
  const present = [...new Set(tokens)].filter((token) => token !== "");
  if (present.length <= maxTokens) return present;
  throw new JimengError("invalid_request", `At most ${maxTokens} sessions fit into one call.`, {
    param: "Authorization",
    fix: "Send the others with a second call.",
  });
}
