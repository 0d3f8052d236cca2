// Checks an SQLite file for damage, in a thread of its own: a large one is read for seconds, in which a gateway must serve.

import { Worker } from "node:worker_threads";

// CommonJS as a text, because a bundle has no file for the thread. node:sqlite is named here as sqlite.ts imports it.
const checkInThread = `
const { DatabaseSync } = require("node:sqlite");
const { parentPort, workerData } = require("node:worker_threads");
const connection = new DatabaseSync(workerData, { readOnly: true });
try {
  parentPort.postMessage(connection.prepare("PRAGMA quick_check(1)").get()["quick_check"]);
} finally {
  connection.close();
}
`;

/** Returns what SQLite says of the file: `ok`, or its first problem. Rejects with SQLite's error where it cannot read. */
export async function quickCheck(file: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    // The parent's flags are not for this thread, whose warnings nobody should read.
    const options = { eval: true, execArgv: [], stderr: true, workerData: file };
    const worker = new Worker(checkInThread, options);
    worker.once("message", (result: unknown) => resolve(String(result)));
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the check ended with ${code}`)));
  });
}
