// Asks a person whether credits may be spent: by a form of the host, or in words where the host has none.

import { inputRequired, inputResponse } from "@modelcontextprotocol/server";

import { invalid } from "../results/failure.ts";
import { toToolResult } from "../results/tool-result.ts";
import type { ToolCall, ToolResult } from "../tools/tool.ts";
import { newConsent } from "./tokens.ts";
import type { Consent } from "./tokens.ts";

/** What a person answered, if anybody was asked. */
export type Answer =
  | { kind: "none" }
  | { kind: "agreed"; consent: Consent }
  | { kind: "declined"; result: ToolResult };

const question = "spend";

/** Reads the answer that a call carries: that of a form, or a token. Throws for one that does not fit the call. */
export async function readAnswer(
  { context, face }: ToolCall,
  token: string | undefined,
  hash: string,
): Promise<Answer> {
  const { mcpReq } = context;
  const response = inputResponse(mcpReq.inputResponses, question);
  if (response.kind === "elicit") {
    const isYes = response.action === "accept" && response.content?.["start"] === true;
    if (!isYes) return { kind: "declined", result: declined() };
    const consent = mcpReq.requestState<Consent>();
    if (consent === undefined || typeof consent !== "object" || consent.call !== hash) {
      throw invalid(
        "requestState",
        "The answer belongs to a call with other arguments.",
        "Call the tool again with the arguments that the person agreed to.",
      );
    }
    return { kind: "agreed", consent };
  }
  if (token === undefined) return { kind: "none" };
  const consent = face.spending.tokens.read(token, face.caller);
  if (consent === undefined || consent.call !== hash) throw badToken();
  return { kind: "agreed", consent };
}

/** What would be spent, and what may be spent without asking. */
interface Price {
  credits: number | null;
  limit: number;
}

/** Returns the answer that asks a person: through the host where it can, else in words for the model. */
export async function askPerson(call: ToolCall, hash: string, price: Price): Promise<ToolResult> {
  const consent = newConsent(hash, price.credits);
  const { face, context } = call;
  if (call.canAsk.form) {
    return inputRequired({
      requestState: await face.spending.codec.mint(consent, context),
      inputRequests: {
        [question]: inputRequired.elicit({
          message: `${priceWords(price)} Start it?`,
          requestedSchema: {
            type: "object",
            properties: { start: { type: "boolean", title: "Spend the credits", default: true } },
            required: ["start"],
          },
        }),
      },
    });
  }
  return needsConfirmation(call, price, face.spending.tokens.mint(consent, face.caller));
}

function needsConfirmation(call: ToolCall, price: Price, token: string): ToolResult {
  const next = {
    tool: call.tool,
    arguments: { ...shownArguments(call.sentArguments), confirm_token: token },
    after_seconds: 0,
  };
  return toToolResult({
    text: [
      `Not started, nothing was paid. ${priceWords(price)}`,
      "Ask the person. If they agree, call the same tool with the same arguments and this confirm_token within ten minutes:",
      `confirm_token: ${token}`,
    ].join("\n"),
    structured: {
      status: "needs_confirmation",
      cost: { estimated: price.credits, limit: price.limit },
      confirm_token: token,
      next,
    },
  });
}

const maxShownArguments = 1000;

/** Returns the arguments as the next call needs them; long ones are known to whoever sent them. */
function shownArguments(sent: Record<string, unknown>): Record<string, unknown> {
  return JSON.stringify(sent).length > maxShownArguments ? {} : sent;
}

function priceWords({ credits, limit }: Price): string {
  return credits === null
    ? "What this costs is not known."
    : `This is expected to cost ${credits} credits; ${limit} may be spent without asking now.`;
}

function declined(): ToolResult {
  return toToolResult({
    text: "The person declined. Nothing was started and nothing was paid; do not call it again unless they ask for it.",
    structured: { status: "declined" },
  });
}

function badToken(): Error {
  return invalid(
    "confirm_token",
    "This confirm_token is not good: it is older than ten minutes, was made for other arguments, or was changed.",
    "Call the tool again without confirm_token, and ask the person anew.",
  );
}
