// Tests `jimeng login` with the real command: what is pasted becomes an encrypted account that every later command uses.

import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

import type { Simulator } from "@jimeng/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createPlace } from "../testing/run-command.ts";
import type { Place } from "../testing/run-command.ts";
import { createQuickSimulator } from "../testing/services.ts";

const session = "obviously-fake-session-00000000000";
let simulator: Simulator;
let place: Place;

beforeAll(async () => {
  simulator = await createQuickSimulator();
  place = await createPlace({ JIMENG_CN_BASE_URL: simulator.url, LOG_LEVEL: "error" });
});
afterAll(async () => {
  await place.remove();
  await simulator.close();
});

test("a session as an argument is refused, and not repeated", async () => {
  const { code, stdout, stderr } = await place.run(["login", session]);
  expect(code).toBe(2);
  expect(stderr).toContain("history");
  expect(stdout + stderr).not.toContain(session);
});

test("a copied request becomes an account, which commands and a server use from then on", async () => {
  const request = `curl 'https://jimeng.jianying.com/x' -H 'accept: */*' -b 'ttwid=1; sessionid=${session}; x=y'`;
  const login = await place.run(["login", "--name", "mine"], {}, { input: request });
  expect(login.code, login.stderr).toBe(0);
  expect(login.stdout.trim()).toBe("mine");
  expect(login.stderr).toContain("mine (cn) is stored, encrypted");

  const list = await place.run(["account", "list", "--json"]);
  expect(JSON.parse(list.stdout).data).toMatchObject([
    { name: "mine", region: "cn", stored: true, adopted: false },
  ]);
  // Not the simulator of this machine: the site that the settings name.
  expect(list.stderr).not.toContain("simulator");
  const server = place.start(["serve", "--port", "0"]);
  await server.see("stdout", /URL\s+(http:\S+)/);
  const picture = await place.run(["image", "a fox", "--output", place.folder]);
  expect(picture.code, picture.stderr).toBe(0);

  const again = await place.run(["login"], {}, { input: session });
  expect(again.stdout.trim()).toBe("mine");
  const removed = await place.run(["account", "remove", "mine"]);
  expect(removed.code, removed.stderr).toBe(0);
  expect((await place.run(["account", "list"])).stderr).toContain("jimeng login");

  const said = [login, list, picture, again, removed].map(({ stdout, stderr }) => stdout + stderr);
  expect(said.join("")).not.toContain(session);
  for (const file of await readdir(place.dataDir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const bytes = await readFile(path.join(file.parentPath, file.name));
    expect(bytes.includes(session), file.name).toBe(false);
  }
});

test("what is no session is refused with the way to get one", async () => {
  const ended = "obviously-fake-ended-session-00000";
  await fetch(`${simulator.url}/_simulator/accounts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ session: ended, expired: true }),
  });
  const dead = await place.run(["login", "--region", "cn"], {}, { input: ended });
  expect(dead.code, dead.stderr).toBe(3);
  expect(dead.stderr).toContain("Sign in on the site again");
  const foreign = await place.run(
    ["login"],
    {},
    { input: "curl 'https://example.com' -H 'cookie: a=b'" },
  );
  expect(foreign.code).toBe(2);
  expect(foreign.stderr).toContain("sessionid");
});
