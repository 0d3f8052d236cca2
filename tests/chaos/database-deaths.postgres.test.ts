// The deaths of the database at a size that CI waits for.
import { testDatabaseDeaths } from "./database-deaths.ts";

testDatabaseDeaths({ jobs: 40, accounts: 2, kills: 2 }, 180_000);
