// Tests `jimeng assets` with the real command, a gateway and the simulator.

import { expect, test } from "vitest";

import { startServicesForTests } from "../testing/services.ts";

const services = await startServicesForTests();

async function run(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await services.place.run(words);
  expect(code, stderr).toBe(0);
  return stdout + stderr;
}

test("a result is found by a word of its prompt, starred, tagged, deleted and restored", async () => {
  await run("image", "一只小猫 in a lighthouse", "--resolution", "1k");
  const found = await run("assets", "search", "小猫", "LIGHT");
  expect(found).toMatch(
    /^id +kind +star +made +tags +prompt\nasset_\S+ +image .*小猫 in a lighthouse$/m,
  );
  const id = /asset_\S+/.exec(found)?.[0] ?? "";
  expect(await run("assets", "star", id)).toBe(`${id}  starred\n`);
  const tagged = `${id}  starred  tags: cover, 封面\n`;
  expect(await run("assets", "tag", id, "cover", "封面")).toBe(tagged);
  expect(await run("assets", "delete", id)).toMatch(/in the trash until \d{4}-\d\d-\d\d/);
  expect(await run("assets", "--since", "2001-01-01")).toBe("no results\n");
  const filters = ["--trash", "--starred", "--tag", "COVER"];
  const trash = JSON.parse(await run("assets", "list", ...filters, "--json"));
  expect(trash.data).toMatchObject([{ id, starred: true }]);
  expect(await run("assets", "restore", id)).toBe(tagged);
});
