// Knows which call asked for a job last. A host that asks again while a call of its own runs has given that call up: an
// answer that is still written to it shows nobody the result.

const mostRemembered = 5000;

/** The latest call of each job of a process. */
export class LatestCalls {
  readonly #latest = new Map<string, number>();
  #count = 0;

  /** Notes a call about jobs, and returns its number. */
  begin(jobs: readonly { id: string }[]): number {
    const call = ++this.#count;
    for (const { id } of jobs) {
      this.#latest.delete(id);
      this.#latest.set(id, call);
    }
    for (const id of this.#latest.keys()) {
      if (this.#latest.size <= mostRemembered) break;
      this.#latest.delete(id);
    }
    return call;
  }

  /** Tells whether no other call has asked for the job since. */
  isLatest(id: string, call: number): boolean {
    return this.#latest.get(id) === call;
  }
}
