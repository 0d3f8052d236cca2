// Tests a whole gateway on PostgreSQL with 20,000 odd requests.

import { it } from "vitest";

import { makeDatabase } from "../testing/database.ts";
import { fuzzGateway } from "../testing/gateway-fuzz.ts";

it("every odd request has an orderly end on PostgreSQL", async () => {
  await fuzzGateway(20_000, await makeDatabase());
}, 1_200_000);
