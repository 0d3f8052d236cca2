// Tests the bounds in processes of their own: a flag of V8 is for the whole process.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const mebibyte = 1024 * 1024;
const source = fileURLToPath(new URL("./memory-bounds.ts", import.meta.url));

/** Makes objects that live for a while, as a busy server does, and gives the size the young generation then has. */
function youngBytesAfterWork(prepare: string): number {
  const program = `
    import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
    import { boundMemory } from ${JSON.stringify(source)};
    setFlagsFromString("--semi-space-growth-factor=1");
    ${prepare}
    const kept = [];
    for (let turn = 0; turn < 400; turn++) {
      for (let index = 0; index < 4000; index++) kept[(turn * 4000 + index) % 300_000] = { turn, index, text: [] };
      await new Promise((resolve) => setImmediate(resolve));
    }
    const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
    console.log(space.space_size, kept.length);`;
  const output = execFileSync(
    process.execPath,
    ["--no-warnings", "--input-type=module", "--eval", program],
    { encoding: "utf8" },
  );
  return Number(output.split(" ")[0]);
}

test("the young generation keeps its first size until it is let", () => {
  expect(youngBytesAfterWork("")).toBeLessThanOrEqual(4 * mebibyte);
});

// It grows when there are many collections within a second: a machine that is busy otherwise may need another try.
test("it grows with the work, and stops at 32 MiB", { retry: 4 }, () => {
  const bytes = youngBytesAfterWork("boundMemory();");
  expect(bytes).toBeGreaterThan(4 * mebibyte);
  expect(bytes).toBeLessThanOrEqual(32 * mebibyte);
});

test("what a burst leaves behind is collected once the process rests", () => {
  const program = `
    import { collectAtRest } from ${JSON.stringify(source)};
    const used = () => process.memoryUsage().heapUsed / ${mebibyte};
    collectAtRest(20);
    const before = used();
    let kept = Array.from({ length: 600_000 }, (_, index) => ({ index, list: [] }));
    const grown = used() - before;
    kept = undefined;
    while (used() - before > grown / 2) await new Promise((resolve) => setTimeout(resolve, 50));
    console.log(grown);`;
  const output = execFileSync(
    process.execPath,
    ["--no-warnings", "--input-type=module", "--eval", program],
    { encoding: "utf8" },
  );
  expect(Number(output)).toBeGreaterThan(16);
});
