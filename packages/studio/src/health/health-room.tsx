// Whether the gateway is ready, which version it is, how it has done in the last minutes, and what an examination finds.

import { useQuery } from "@tanstack/react-query";

import { Button } from "../controls/button.tsx";
import { Note } from "../controls/note.tsx";
import { gatewayUrl } from "../data/base.ts";
import { fetchNoted } from "../data/client.ts";
import { useGateway, useSelf } from "../data/queries.ts";
import type { GatewayFacts } from "../data/queries.ts";
import { errorWords } from "../words/errors.ts";
import type { ToldError } from "../words/errors.ts";
import { formatNumber, formatPercent } from "../words/format.ts";
import * as words from "../words/health.js";
import { Chart } from "./chart.tsx";
import { Doctor } from "./doctor.tsx";
import type { Figure } from "./metrics.ts";
import { everySeconds, useFigures } from "./use-figures.ts";

const formatSeconds = (value: number): string =>
  value < 1
    ? words.milliseconds({ value: formatNumber(Math.round(value * 1000)) })
    : words.seconds({ value: formatNumber(value) });
const charts: readonly [Figure, () => string, (value: number) => string][] = [
  ["success", words.success, formatPercent],
  ["latency", words.latency, formatSeconds],
  ["queue", words.queue, formatNumber],
  ["credits", words.credits, formatNumber],
];
const modes: Readonly<Record<GatewayFacts["mode"], () => string>> = {
  simulator: words.simulator,
  accounts: words.accounts,
  "pass-through": words.passThrough,
};

/** The room. */
export function HealthRoom() {
  const { data: gateway } = useGateway();
  const { data: self } = useSelf();
  const isOwner = self?.scopes.includes("admin") === true;
  const figures = useFigures(isOwner);
  return (
    <div className="flex min-h-0 grow flex-col gap-3 overflow-auto p-3 md:p-4">
      <header className="flex flex-wrap items-baseline gap-x-4">
        <h1 className="text-lg font-semibold">{words.title()}</h1>
        {gateway !== undefined && (
          <p className="text-soft">
            {words.version({ version: gateway.version })} · {modes[gateway.mode]()}
          </p>
        )}
      </header>
      <Readiness />
      {self !== undefined && !isOwner && <Note tone="warn">{words.ownerOnly()}</Note>}
      {figures.error !== null && (
        <Note
          tone="bad"
          actions={<Button onClick={() => void figures.refetch()}>{words.again()}</Button>}
        >
          {words.loadFailed({ reason: figures.error.message })}
        </Note>
      )}
      {isOwner && (
        <>
          <div className="grid gap-3 md:grid-cols-2">
            {charts.map(([figure, title, format]) => (
              <Chart
                key={figure}
                figure={figure}
                title={title()}
                points={figures.data}
                format={format}
              />
            ))}
          </div>
          <p className="text-soft">{words.since({ seconds: String(everySeconds) })}</p>
        </>
      )}
      {isOwner && <Doctor />}
    </div>
  );
}

function Readiness() {
  const { data } = useQuery({
    queryKey: ["readiness"],
    refetchInterval: everySeconds * 1000,
    queryFn: async ({ signal }) => {
      const answer = await fetchNoted(`${gatewayUrl}/readyz`, { signal });
      if (answer.ok) return null;
      const { error } = (await answer.json()) as { error: ToldError };
      const { message, fix } = errorWords(error);
      return fix === null ? message : `${message} ${fix}`;
    },
  });
  if (data === undefined) return null;
  return data === null ? (
    <Note>{words.ready()}</Note>
  ) : (
    <Note tone="bad">{words.notReady({ reason: data })}</Note>
  );
}
