// Finding a durable PostgreSQL for a measurement, and saying so where there is none.
import { startPostgres } from "../tests/postgres/server.ts";
import { type Figure, notRun } from "./figures.ts";

/** Works with a durable PostgreSQL, or says why there is none here. */
export async function onPostgres(
  title: string,
  work: (databaseUrl: string) => Promise<Figure[]>,
): Promise<Figure[]> {
  let server: Awaited<ReturnType<typeof startPostgres>>;
  try {
    server = await startPostgres({ durable: true });
  } catch (error) {
    return [notRun(title, error instanceof Error ? error.message : "no PostgreSQL here")];
  }
  try {
    return await work(server.url);
  } finally {
    await server.stop();
  }
}
