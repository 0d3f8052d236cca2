// The plain alternative to pg-boss, for the measurement only: claims by `for update skip locked` on one table of ours.
// Refuses what production needs beside that (heartbeats, supervision, clean-up).
import pg from "pg";

/** Runs keyed tasks, one key once at a moment. */
export interface PlainDispatcher {
  schedule(task: string): void;
  start(handler: (task: string) => Promise<void>): void;
  stop(): Promise<void>;
}

const largestClaim = 50;
const concurrency = 128;
const leaseSeconds = 10;
const pollEveryMs = 500;

/** Connects and makes the table. */
export async function openSkipLocked(url: string, node: string): Promise<PlainDispatcher> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    options: "-c synchronous_commit=off",
  });
  await pool.query(
    `create table if not exists plain_steps (
       task text primary key, wanted boolean not null, node text, lease_until timestamptz, ordinal bigserial)`,
  );
  await pool.query("create index if not exists plain_due on plain_steps (ordinal) where wanted");
  let handler: ((task: string) => Promise<void>) | undefined;
  let wanted: string[] = [];
  let done: string[] = [];
  let inserting: Promise<void> | undefined;
  let releasing: Promise<void> | undefined;
  let fetching: Promise<void> | undefined;
  let again = false;
  const running = new Set<Promise<void>>();

  async function insertAll(): Promise<void> {
    while (wanted.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const tasks = [...new Set(wanted)];
      wanted = [];
      await pool.query(
        `insert into plain_steps (task, wanted) select task, true from unnest($1::text[]) as task
         on conflict (task) do update set wanted = true`,
        [tasks],
      );
      poke();
    }
  }

  async function releaseAll(): Promise<void> {
    while (done.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const tasks = done;
      done = [];
      await pool.query("update plain_steps set lease_until = null where task = any($1)", [tasks]);
    }
  }

  async function claimAll(): Promise<void> {
    do {
      again = false;
      const room = Math.min(largestClaim, concurrency - running.size);
      if (room <= 0 || handler === undefined) return;
      const { rows } = await pool.query<{ task: string }>(
        `update plain_steps set wanted = false, node = $1, lease_until = now() + $2 * interval '1 s'
         where task in (
           select task from plain_steps
           where wanted and (lease_until is null or lease_until < now())
           order by ordinal limit $3 for update skip locked)
         returning task`,
        [node, leaseSeconds, room],
      );
      for (const { task } of rows) run(task, handler);
      if (rows.length === room) again = true;
    } while (again);
  }

  function run(task: string, handle: (task: string) => Promise<void>): void {
    const step = handle(task).then(() => {
      running.delete(step);
      done.push(task);
      releasing ??= releaseAll().finally(() => (releasing = undefined));
      if (running.size === concurrency - 1) poke();
    });
    running.add(step);
  }

  function poke(): void {
    if (fetching !== undefined) again = true;
    else fetching = claimAll().finally(() => (fetching = undefined));
  }

  const timer = setInterval(poke, pollEveryMs);
  return {
    schedule(task) {
      wanted.push(task);
      inserting ??= insertAll().finally(() => (inserting = undefined));
    },
    start(next) {
      handler = next;
      poke();
    },
    async stop() {
      handler = undefined;
      clearInterval(timer);
      await inserting;
      await fetching;
      await Promise.all(running);
      await releasing;
      await pool.end();
    },
  };
}
