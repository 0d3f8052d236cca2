// The deaths of the database at their full size.
import { testDatabaseDeaths } from "./database-deaths.ts";

testDatabaseDeaths({ jobs: 300, accounts: 4, kills: 10 }, 600_000);
