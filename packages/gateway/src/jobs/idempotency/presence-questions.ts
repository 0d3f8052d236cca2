// Asks other processes which of their caller connections still wait, and answers the same question.

import { v7 as uuidV7 } from "uuid";

import { systemClock } from "../../clock.ts";
import type { Timer } from "../../clock.ts";
import type { Channel, Topic } from "../../tasks/channel.ts";
import { processOf } from "./connection-name.ts";

/** A question to the processes of caller connections: which of these still wait? */
interface PresenceQuestion {
  question: string;
  names: string[];
}

/** The answer of one process. */
interface PresenceAnswer {
  question: string;
  process: string;
  names: string[];
}

const presenceQuestions: Topic<PresenceQuestion> = { name: "presence_question" };
const presenceAnswers: Topic<PresenceAnswer> = { name: "presence_answer" };

/** Asks other processes about their connections. */
export interface PresenceQuestions {
  /** Returns those of the connections that wait. A process that does not answer within a second has none. */
  ask(names: string[]): Promise<ReadonlySet<string>>;
}

// Far longer than a question and its answer take, far shorter than the timeout of any proxy or client.
const maxAnswerMs = 1000;
// After a pause (a frozen process) the question and the news of callers who left arrive in any order.
const settleMs = 50;

/** Answers questions about this process from now on, and returns the function to ask others. */
export function createPresenceQuestions(
  channel: Pick<Channel, "emit" | "onMessage">,
  { process, isPresent }: { process: string; isPresent: (name: string) => boolean },
): PresenceQuestions {
  const open = new Map<string, (answer: PresenceAnswer) => void>();

  channel.onMessage(presenceAnswers, (answer) => open.get(answer.question)?.(answer));
  channel.onMessage(presenceQuestions, ({ question, names: askedFor }) => {
    const asked = askedFor.filter((name) => processOf(name) === process);
    if (asked.length === 0) return;
    systemClock.setTimer(() => {
      const names = asked.filter(isPresent);
      channel.emit(presenceAnswers, { question, process, names });
    }, settleMs);
  });

  return {
    async ask(names) {
      const id = uuidV7();
      const waiting = new Set<string>();
      const unanswered = new Set(names.map(processOf));
      let timer: Timer | undefined;
      await new Promise<void>((resolve) => {
        timer = systemClock.setTimer(resolve, maxAnswerMs);
        open.set(id, (answer) => {
          for (const name of answer.names) waiting.add(name);
          unanswered.delete(answer.process);
          if (unanswered.size === 0) resolve();
        });
        channel.emit(presenceQuestions, { question: id, names });
      });
      timer?.cancel();
      open.delete(id);
      return waiting;
    },
  };
}
