// Tests that everything survives a SIGKILL of a real process, and that no session reaches the disk.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createSimulator } from "./index.ts";
import { call, fakeSession, generateBody } from "./testing/simulator.ts";

let folder: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "simulator-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

async function startProcess(): Promise<{ url: string; kill(): Promise<void> }> {
  const script = `
    const { createSimulator } = await import(${JSON.stringify(new URL("./index.ts", import.meta.url).href)});
    const simulator = await createSimulator({
      dataDir: process.argv[1],
      media: "blank",
      sessions: [{ session: ${JSON.stringify(fakeSession)}, credits: { gift: 100 } }],
    });
    process.stdout.write(simulator.url + "\\n");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, folder], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  children.push(child);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (data: Buffer) => resolve(data.toString().trim()));
    child.once("exit", () => reject(new Error("the simulator did not start")));
  });
  return {
    url,
    kill: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGKILL");
      }),
  };
}

test("keeps accepted starts, records, credits, clock and URL key across a SIGKILL", async () => {
  const first = await startProcess();
  const sent = generateBody("t2i");
  await call(first.url, "/mweb/v1/aigc_draft/generate", sent);
  await fetch(`${first.url}/_simulator/clock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"advance_ms":60000}',
  });
  const before = await call(first.url, "/mweb/v1/get_history_by_ids", {
    submit_ids: [sent.submit_id],
  });
  const item = before.body.data[sent.submit_id].item_list[0];
  const url = new URL(item.image.large_images[0].image_url);
  await first.kill();

  const second = await startProcess();
  const starts: any = await (await fetch(`${second.url}/_simulator/accepted-starts`)).json();
  expect(starts.accepted_starts).toMatchObject([
    { submit_id: sent.submit_id, charged: 8, refunded: 0 },
  ]);
  const after = await call(second.url, "/mweb/v1/get_history_by_ids", {
    submit_ids: [sent.submit_id],
  });
  expect(after.body.data[sent.submit_id].status).toBe(50);
  const { body } = await call(second.url, "/commerce/v1/benefits/user_credit", {});
  expect(body.data.credit.gift_credit).toBe(92);
  expect((await fetch(`${second.url}${url.pathname}${url.search}`)).status).toBe(200);
  await second.kill();

  for (const file of await readdir(folder)) {
    expect((await readFile(path.join(folder, file))).includes(fakeSession)).toBe(false);
  }
});

test("reads the accepted starts of a folder whose table has its earlier name", async () => {
  const first = await createSimulator({ dataDir: folder, media: "blank" });
  await call(first.url, "/mweb/v1/aigc_draft/generate", generateBody("t2i"));
  const starts = first.acceptedStarts();
  expect(starts).toHaveLength(1);
  await first.close();
  const database = new DatabaseSync(path.join(folder, "simulator.db"));
  database.exec(`ALTER TABLE accepted_starts RENAME TO ledger;
    DROP INDEX accepted_starts_by_history_id;
    CREATE INDEX ledger_by_history_id ON ledger (history_id);`);
  database.close();

  const second = await createSimulator({ dataDir: folder, media: "blank" });
  expect(second.acceptedStarts()).toEqual(starts);
  await call(second.url, "/mweb/v1/aigc_draft/generate", generateBody("t2i"));
  expect(second.acceptedStarts()).toHaveLength(2);
  await second.close();
});

test("refuses to start on a folder it cannot use, and on a busy port", async () => {
  await expect(createSimulator({ dataDir: "/dev/null/simulator" })).rejects.toThrow();
  const first = await createSimulator();
  const port = Number(new URL(first.url).port);
  await expect(createSimulator({ port })).rejects.toThrow(/EADDRINUSE/);
  await first.close();
});

test("keeps a retired model retired across a restart", async () => {
  const key = "high_aes_general_v41";
  const first = await createSimulator({ dataDir: folder, media: "blank" });
  first.changeModel({ key, retired: true });
  await first.close();
  const second = await createSimulator({ dataDir: folder, media: "blank" });
  expect(second.models().find((model) => model.key === key)?.retired).toBe(true);
  await second.close();
});
