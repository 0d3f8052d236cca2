// Which misbehaviour of the upstream a chaos run draws, and how often.
import type { FaultSetting } from "@jimeng/simulator";
import type { Random } from "./random.ts";

interface Choice {
  weight: number;
  make(random: Random): FaultSetting;
}

// A hang lasts until the sdk's own timeout of 30 s or the next death: few of them hold up a whole run.
const choices: Choice[] = [
  { weight: 8, make: () => ({ endpoint: "generate", kind: "drop_after" }) },
  { weight: 4, make: () => ({ endpoint: "generate", kind: "drop_before" }) },
  { weight: 2, make: () => ({ endpoint: "generate", kind: "hang", accepted: true }) },
  {
    weight: 8,
    make: (random) => ({
      endpoint: "generate",
      kind: "http_status",
      status: random.pick([500, 502, 503, 504]),
      accepted: random.chance(0.6),
    }),
  },
  { weight: 3, make: () => ({ endpoint: "generate", kind: "html", accepted: true }) },
  { weight: 5, make: () => ({ endpoint: "generate", kind: "truncated" }) },
  {
    weight: 3,
    make: () => ({ endpoint: "generate", kind: "http_status", status: 429, retry_after: "1" }),
  },
  { weight: 3, make: () => ({ endpoint: "generate", kind: "refuse", ret: "1310" }) },
  { weight: 3, make: () => ({ endpoint: "generate", kind: "missing", polls: 1 }) },
  {
    weight: 3,
    make: (random) => ({ endpoint: "generate", kind: "empty_items", polls: random.whole(1, 2) }),
  },
  { weight: 2, make: () => ({ endpoint: "generate", kind: "lasts", generate_ms: 4000 }) },
  { weight: 2, make: () => ({ endpoint: "generate", kind: "fail", as: "text" }) },
  { weight: 2, make: () => ({ endpoint: "generate", kind: "fail", as: "output_review" }) },
  {
    weight: 4,
    make: (random) => ({
      endpoint: "history",
      kind: "http_status",
      status: random.pick([429, 500, 502, 503]),
    }),
  },
  { weight: 2, make: () => ({ endpoint: "history", kind: "html" }) },
  { weight: 2, make: () => ({ endpoint: "history", kind: "truncated" }) },
  { weight: 2, make: () => ({ endpoint: "history", kind: "drop_after" }) },
  { weight: 2, make: () => ({ endpoint: "history", kind: "slow_body", ms: 400 }) },
  { weight: 5, make: () => ({ endpoint: "download", kind: "expired" }) },
  { weight: 4, make: () => ({ endpoint: "download", kind: "truncated" }) },
  { weight: 3, make: () => ({ endpoint: "download", kind: "http_status", status: 500 }) },
  { weight: 2, make: () => ({ endpoint: "download", kind: "drop_before" }) },
  { weight: 2, make: () => ({ endpoint: "upload", kind: "crc_mismatch" }) },
  { weight: 2, make: () => ({ endpoint: "upload", kind: "drop_after" }) },
  { weight: 1, make: () => ({ endpoint: "imagex_commit", kind: "http_status", status: 502 }) },
  { weight: 1, make: () => ({ endpoint: "upload_token", kind: "http_status", status: 500 }) },
];

const totalWeight = choices.reduce((sum, { weight }) => sum + weight, 0);

/** Draws one fault that hits one request. */
export function drawFault(random: Random): FaultSetting {
  let left = random.next() * totalWeight;
  for (const choice of choices) {
    left -= choice.weight;
    if (left < 0) return choice.make(random);
  }
  throw new Error("the weights do not add up");
}
