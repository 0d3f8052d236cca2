// Keeps the answers of a walk, redacted, as files like the fixtures of docs/upstream.
import type { Redactor } from "../answers/redact.ts";
import type { Folder } from "./folder.ts";
import type { Outcome } from "./step.ts";

/** Writes the answers of every step below `answers/`; what is no JSON may hold anything, so nothing of it is kept. */
export function recordAnswers(
  outcomes: readonly Outcome[],
  folder: Pick<Folder, "writeText">,
  redactor: Redactor,
): void {
  for (const [index, { planned, exchanges }] of outcomes.entries()) {
    const place = String(index + 1).padStart(2, "0");
    const step = planned.step.name.replaceAll(" ", "-");
    for (const [at, exchange] of exchanges.entries()) {
      const { endpoint, sent, status, bytes, body } = exchange;
      const { isPersonal } = endpoint;
      const answer = {
        endpoint: endpoint.action ? `${endpoint.path} ${endpoint.action}` : endpoint.path,
        page: endpoint.page,
        sent: sent === undefined ? null : redactor.redact(sent, true),
        http_status: status,
        bytes,
        body: body === undefined ? null : redactor.redact(body, isPersonal),
      };
      folder.writeText(
        `answers/${place}-${step}.${at + 1}-${endpoint.name}.json`,
        `${JSON.stringify(answer, undefined, 2)}\n`,
      );
    }
  }
}
