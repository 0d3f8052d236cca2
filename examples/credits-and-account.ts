// Reads the account and its credits, and claims the day's credits: only this call does that, never a generation.
import assert from "node:assert/strict";
import { openAccount } from "./account.ts";

const jimeng = openAccount();
const check = await jimeng.account.check();
if (!check.alive) throw check.error;
console.log("region", check.account.region);

const before = await jimeng.credits.retrieve();
console.log("credits", before.total, before.byType);

const claim = await jimeng.credits.claim();
console.log(claim.alreadyReceived ? "claimed earlier today" : `${claim.granted} claimed`);

const after = await jimeng.credits.retrieve({ fresh: true });
assert.equal(after.total, before.total + claim.granted);

const { records } = await jimeng.credits.history({ limit: 5 });
for (const { amount, createdAt, title } of records) console.log(amount, createdAt, title);
