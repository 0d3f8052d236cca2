// Tests the redaction of recorded answers: nothing of what was redacted survives, whatever the answers hold.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectedBodies, knownFields } from "../read-only/run.ts";
import { plannedRequests } from "../read-only/plan.ts";
import { createRedactor } from "./redact.ts";
import { shapeOf } from "./shapes.ts";

const session = "abcdef0123456789abcdef0123456789";

/** Secrets of every kind, each with a mark that no field's name holds. */
const secret = fc.oneof(
  fc.stringMatching(/^[a-z ]{0,8}qzx[a-z ]{1,20}$/),
  fc.stringMatching(/^qzx[A-Za-z0-9_.:-]{1,30}$/),
  fc.stringMatching(/^7[1-9]{18}$/),
  fc.stringMatching(/^https:\/\/p3-sign\.example\/qzx[a-z0-9]{4,12}\?sign=[a-z0-9]{8}$/),
  fc.stringMatching(/^[\u4e00-\u9fa5]{4,12}$/),
  fc.uuid(),
  fc.constant(session),
  fc.stringMatching(/^\{"prompt":"qzx[a-z ]{1,20}"\}$/),
);
const secretNumber = fc.integer({ min: 1_000_001, max: Number.MAX_SAFE_INTEGER - 10_000 });

const fields = [
  ..."ret errmsg message log_id name user_id submit_id title prompt uri cover_url extra".split(" "),
  ..."benefit_type model_req_key vip_level format fail_code description new_cursor".split(" "),
];

interface Made {
  body: unknown;
  secrets: string[];
}

/** Answers with secrets at any place, as values, as keys, and in fields whose words usually stay. */
const answer: fc.Arbitrary<Made> = fc
  .array(
    fc.record({
      field: fc.constantFrom(...fields),
      value: fc.oneof(secret, secretNumber),
      place: fc.constantFrom("top", "list", "key", "deep"),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => ({
    secrets: parts.map(({ value }) => String(value)),
    body: parts.map(({ field, value, place }) => {
      if (place === "top") return { [field]: value };
      if (place === "list") return { data: { [field]: [value, 1, null] } };
      if (place === "key") return { data: { [String(value)]: { [field]: "" } } };
      return { data: { list: [{ attr: { [field]: value, flag: true } }] } };
    }),
  }));

/** Where a secret is one of the words that a closed list of fields may hold, it must be known from elsewhere. */
function personal(secrets: string[]): unknown {
  return { data: { name: secrets.filter((text) => text.length > 3) } };
}

describe("redaction", () => {
  test("lets nothing survive of what it redacted, in any answer of the run", () => {
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 4 }), (answers) => {
        const known = new Set([...fields, "data", "list", "attr", "flag"]);
        const redactor = createRedactor([session], known);
        const secrets = answers.flatMap((each) => each.secrets);
        for (const { body } of answers) redactor.collect(body, true);
        redactor.collect(personal(secrets), true);
        for (const isPersonal of [true, false]) {
          const texts = answers.map(({ body }) =>
            JSON.stringify(redactor.redact(body, isPersonal)),
          );
          for (const text of texts) {
            expect(redactor.holdsSecret(text)).toBe(false);
            for (const each of secrets)
              expect(text).not.toContain(JSON.stringify(each).slice(1, -1));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("keeps the shape, except that ids as keys are placeholders too", () => {
    for (const request of plannedRequests) {
      for (const body of expectedBodies(request)) {
        const redactor = createRedactor([session], knownFields());
        redactor.collect(body, request.isPersonal);
        const redacted = redactor.redact(body, request.isPersonal);
        expect([...shapeOf(redacted)]).toEqual([...shapeOf(body)]);
      }
    }
  });

  test("gives one original the same placeholder everywhere, and different ones different", () => {
    const redactor = createRedactor([session]);
    const one = { submit_id: "00000000-1111-4222-8333-444444444444", name: "somebody" };
    const other = { submit_id: one.submit_id, name: "somebody else" };
    redactor.collect([one, other], true);
    const [first, second] = [one, other].map((each) => redactor.redact(each, true)) as any[];
    expect(first.submit_id).toBe(second.submit_id);
    expect(first.name).not.toBe(second.name);
  });

  test("keeps codes, keys of models, price tags and small numbers, but no word that names the owner", () => {
    const redactor = createRedactor([session]);
    const body = { ret: "0", errmsg: "success", amount: -8, vip_level: "standard", has_more: true };
    expect(redactor.redact(body, true)).toEqual(body);
    redactor.collect({ name: "standard" }, true);
    expect(redactor.redact(body, true)).toEqual({ ...body, vip_level: "PLACEHOLDER-1" });
  });
});
