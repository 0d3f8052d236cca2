// The figures about several nodes on one PostgreSQL: what they get done together, and what the upstream is asked for
// it. postgres/scale.ts measures.
import { makeEmptyDatabase } from "../tests/postgres/database.ts";
import { type Figure, atLeast, atMost, fact } from "./figures.ts";
import { onPostgres } from "./on-postgres.ts";
import { type Scale, measureScale } from "./postgres/scale.ts";

const jobs = 1200;
const nodeCounts = [1, 2, 4];
// "Does not fall" and "does not rise", as far as two runs of one thing are alike.
const noise = 0.1;

/** Measures one, two and four nodes. */
export async function measureNodes(): Promise<Figure[]> {
  const title = "pictures on PostgreSQL";
  return onPostgres(title, async (serverUrl) => {
    const scales: Scale[] = [];
    for (const nodes of nodeCounts) {
      const database = await makeEmptyDatabase(serverUrl);
      try {
        scales.push(await measureScale(database.url, nodes, jobs));
      } finally {
        await database.remove();
      }
    }
    const [one, ...others] = scales;
    if (one === undefined) return [];
    const requests = ({ starts, looks }: Scale): number => starts + looks;
    return [
      fact(`${title}, 1 node`, one.jobsPerSecond, "/s"),
      fact(`${title}, 1 node: requests to the upstream`, requests(one), "requests"),
      ...others.flatMap((scale) => [
        atLeast(
          `${title}, ${scale.nodes} nodes against 1`,
          scale.jobsPerSecond / one.jobsPerSecond,
          1 - noise,
          "×",
        ),
        atMost(
          `${title}, ${scale.nodes} nodes against 1: requests to the upstream`,
          requests(scale) / requests(one),
          1 + noise,
          "×",
        ),
      ]),
    ];
  });
}
