// A hostile host: cuts calls off at a random moment, with a word or without, and repeats them up to three times. Nothing
// is paid twice, and nothing is lost.
import { setTimeout as sleep } from "node:timers/promises";

import type { McpGateway } from "./gateway.ts";
import { hosts, openHost } from "./hosts.ts";
import type { Answer, Session } from "./hosts.ts";

/** What a run of the host came to. */
export interface Outcome {
  /** How it went, to tell of it. */
  story: string;
  /** The paid starts of this run's prompt. */
  starts: number;
  /** The status of the last answer. */
  status: string;
  /** Whether its result can be read. */
  isThere: boolean;
}

/** How a call is cut off. */
const cuts = ["word", "close", "kill", "silence"] as const;

const attempts = 3;

/** Returns numbers between 0 and 1 that are the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Runs the host once. `longestMs` is the latest moment of a cut. */
export async function runHostile(
  gateway: McpGateway,
  { seed, longestMs }: { seed: number; longestMs: number },
): Promise<Outcome> {
  const random = randomOf(seed * 7919 + 17);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const host = pick(hosts);
  const sent = {
    prompt: `hostile run ${seed}`,
    model: "jimeng-5.0-flash",
    resolution: "2k",
    ...(random() < 0.3 ? { wait_seconds: 0 } : {}),
  };
  const story = [`seed ${seed}`, host.name];
  let session = await openHost(host, gateway);
  let answer: Answer | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const how = pick(cuts);
    const afterMs = Math.floor(random() * longestMs);
    story.push(`${how} after ${afterMs} ms`);
    const cut = new AbortController();
    const call = session.call("generate_image", sent, { signal: cut.signal });
    const outcome = await Promise.race([
      call.catch(() => undefined),
      sleep(afterMs).then(() => "cut" as const),
    ]);
    if (outcome !== "cut" && outcome !== undefined) {
      answer = outcome;
      break;
    }
    session = await cutOff(session, how, cut, () => openHost(host, gateway));
  }
  answer ??= await session.call("generate_image", sent);
  while (answer.structuredContent["next"] !== undefined && answer.isError !== true) {
    const { next } = answer.structuredContent;
    answer = await session.call(next.tool, next.arguments);
  }
  await session.close();
  const starts = await countStarts(gateway, sent.prompt);
  const [asset] = answer.structuredContent["assets"] as { url: string }[];
  const isThere = asset !== undefined && (await fetch(asset.url)).ok;
  return { story: story.join(", "), starts, status: answer.structuredContent["status"], isThere };
}

async function cutOff(
  session: Session,
  how: (typeof cuts)[number],
  cut: AbortController,
  open: () => Promise<Session>,
): Promise<Session> {
  if (how === "word") {
    cut.abort(new Error("the host gave it up"));
    return session;
  }
  // It goes on without listening: the answer, if one comes, is dropped.
  if (how === "silence") return session;
  if (how === "close") await session.close().catch(() => undefined);
  else await session.kill();
  return await open();
}

/** Counts the paid starts that the upstream accepted for a prompt. */
async function countStarts({ client, simulator }: McpGateway, prompt: string): Promise<number> {
  const accepted = new Set(simulator.acceptedStarts().map(({ submit_id: id }) => id));
  const { data } = await client.jobs.list({ limit: 100 });
  return data.filter(
    (job) => job.request.prompt === prompt && accepted.has(job.upstream.submit_id ?? ""),
  ).length;
}
