// Tests what a served gateway tells systemd, by a program in systemd-notify's place, and that SIGHUP reads its accounts
// again and switches its log.

import { chmod, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { createPlace } from "../testing/run-command.ts";
import type { Place } from "../testing/run-command.ts";

let place: Place;
beforeEach(async () => {
  // Nothing answers there: the accounts are not asked about.
  place = await createPlace({ JIMENG_BASE_URL: "http://127.0.0.1:1", LOG_LEVEL: "warn" });
});
afterEach(() => place.remove());

test.skipIf(process.platform === "win32")(
  "systemd hears that it is ready, lives and stops; SIGHUP takes over renewed sessions, and else switches the log to debug and back",
  async () => {
    const told = path.join(place.folder, "told");
    const program = path.join(place.folder, "systemd-notify");
    await writeFile(program, `#!/bin/sh\necho "$1 $NOTIFY_SOCKET" >> ${told}\n`);
    await chmod(program, 0o700);
    const sessions = path.join(place.folder, "sessions");
    await writeFile(sessions, "mine=fake-session-0000000000000001", { mode: 0o600 });
    const server = place.start(["serve", "--port", "0"], {
      PATH: `${place.folder}:${process.env["PATH"] ?? ""}`,
      NOTIFY_SOCKET: "/run/fake",
      WATCHDOG_USEC: "200000",
      JIMENG_SESSIONS_FILE: sessions,
    });
    await server.see("stdout", /curl /);
    const heard = async () => await readFile(told, "utf8").catch(() => "");
    await expect.poll(heard, { timeout: 10_000 }).toContain("READY=1 /run/fake\n");
    await expect.poll(heard, { timeout: 10_000 }).toContain("WATCHDOG=1 /run/fake\n");

    server.process.kill("SIGHUP");
    await server.see("stdout", /"level":"debug","msg":"Log level changed"/);
    server.process.kill("SIGHUP");
    await server.see("stdout", /"level":"warn","msg":"Log level changed"/);
    await writeFile(sessions, "mine=fake-session-0000000000000002, more=fake-session-3");
    server.process.kill("SIGHUP");
    await server.see("stdout", /"added":\["more"\],"renewed":\["mine"\].*"Accounts changed"/);
    await writeFile(sessions, "mine=no session");
    server.process.kill("SIGHUP");
    await server.see("stdout", /JIMENG_SESSIONS_FILE.*they stay as they were/);
    server.process.kill("SIGTERM");
    expect((await server.end()).code).toBe(0);
    await expect.poll(heard, { timeout: 10_000 }).toContain("STOPPING=1 /run/fake\n");
  },
);
