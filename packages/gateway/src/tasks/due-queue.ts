// Orders tasks by their times; tasks of one time come out in the order in which they came in.

/** A task and when it is due, in Unix milliseconds. */
export interface DueTask<Task> {
  task: Task;
  at: number;
}

interface Entry<Task> extends DueTask<Task> {
  order: number;
}

/** A binary heap: adding and taking cost the logarithm of its size. */
export class DueQueue<Task> {
  readonly #heap: Entry<Task>[] = [];
  #order = 0;

  /** Returns the earliest task and leaves it there. */
  peek(): DueTask<Task> | undefined {
    return this.#heap[0];
  }

  push(task: Task, at: number): void {
    const entry = { task, at, order: this.#order++ };
    let index = this.#heap.length;
    this.#heap.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#heap[parentIndex];
      if (parent === undefined || !isBefore(entry, parent)) break;
      this.#heap[index] = parent;
      index = parentIndex;
    }
    this.#heap[index] = entry;
  }

  /** Removes the earliest task. */
  pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = this.#heap[childIndex];
      if (child === undefined) break;
      const right = this.#heap[childIndex + 1];
      if (right !== undefined && isBefore(right, child)) {
        childIndex++;
        child = right;
      }
      if (!isBefore(child, last)) break;
      this.#heap[index] = child;
      index = childIndex;
    }
    this.#heap[index] = last;
  }
}

function isBefore<Task>(one: Entry<Task>, other: Entry<Task>): boolean {
  return one.at === other.at ? one.order < other.order : one.at < other.at;
}
