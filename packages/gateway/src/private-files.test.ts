// Tests which files and folders count as open to others, and what is said of them.

import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { findLoosePlaces, mkdirPrivate } from "./private-files.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-loose-"));
  file = join(folder, "sessions");
  await writeFile(file, "obviously-fake-session");
  await chmod(file, 0o600);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(process.platform === "win32")("a file with secrets", () => {
  test.each([
    [0o600, []],
    [0o400, []],
    [0o644, ["read it"]],
    [0o640, ["read it"]],
    [0o604, ["read it"]],
    [0o666, ["change it"]],
    [0o620, ["change it"]],
    [0o602, ["change it"]],
  ])("of mode %o: %j", async (mode, problems) => {
    await chmod(file, mode);
    const found = await findLoosePlaces(file);
    expect(found.map(({ problem }) => problem)).toEqual(problems);
    for (const place of found) {
      expect(place).toMatchObject({
        path: file,
        mode: mode.toString(8),
        fix: `chmod 600 ${file}`,
      });
    }
  });

  test.each([
    [0o700, 0],
    [0o755, 0],
    [0o775, 1],
    [0o777, 1],
    // As /tmp: others may make files there, and not touch this one.
    [0o1777, 0],
  ])("in a folder of mode %o: %i warnings", async (mode, count) => {
    await chmod(folder, mode);
    const found = await findLoosePlaces(file);
    expect(found).toHaveLength(count);
    if (count > 0) {
      expect(found[0]).toMatchObject({ path: folder, fix: `chmod go-w ${folder}` });
    }
  });

  test("behind a link is judged by the file itself and by both folders", async () => {
    const elsewhere = join(folder, "elsewhere");
    await mkdir(elsewhere);
    await chmod(elsewhere, 0o777);
    const link = join(elsewhere, "link");
    await symlink(file, link);
    await chmod(file, 0o644);
    expect((await findLoosePlaces(link)).map(({ path }) => path)).toEqual([link, elsewhere]);
  });

  test("with blanks and quotes in its name gets a command that can be pasted", async () => {
    const odd = join(folder, "it's mine");
    await writeFile(odd, "");
    await chmod(odd, 0o644);
    const [found] = await findLoosePlaces(odd);
    expect(found?.fix).toBe(`chmod 600 '${folder}/it'\\''s mine'`);
  });

  test.each(["/dev/null", "/dev/stdin", "/nowhere/at/all", "/run/secrets/sessions"])(
    "is not %s: a device, a pipe, nothing, or what a container runtime made",
    async (path) => {
      expect(await findLoosePlaces(path)).toEqual([]);
    },
  );

  test("is not looked at on Windows", async () => {
    await chmod(file, 0o666);
    expect(await findLoosePlaces(file, "win32")).toEqual([]);
  });
});

test("a folder below missing ones is made by many calls of one moment", async () => {
  for (let round = 0; round < 20; round += 1) {
    const deep = join(folder, `${round}`, "data", "files", "incoming");
    await Promise.all(Array.from({ length: 8 }, () => mkdirPrivate(deep)));
    expect((await stat(deep)).isDirectory()).toBe(true);
  }
});
