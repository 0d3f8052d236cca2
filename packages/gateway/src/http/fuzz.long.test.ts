// Tests a whole gateway on SQLite with 20,000 odd requests.

import { it } from "vitest";

import { fuzzGateway } from "../testing/gateway-fuzz.ts";

it("every odd request has an orderly end on SQLite", () => fuzzGateway(20_000), 1_200_000);
