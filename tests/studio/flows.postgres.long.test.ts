// The flows of making, jobs and the library again, and the stranger's, on PostgreSQL and with an account that the gateway takes for a real one.
import "./create.test.ts";
import "./jobs.test.ts";
import "./library.test.ts";
import "./stranger.test.ts";
