// Whether the gateway is ready, which version it is, how the last jobs went, and what an examination finds.

import { useQuery } from "@tanstack/react-query";

import { Note } from "../controls/note.tsx";
import { Room } from "../controls/room.tsx";
import { gatewayUrl } from "../data/base.ts";
import { fetchNoted } from "../data/client.ts";
import { useGateway, useSelf } from "../data/queries.ts";
import type { GatewayFacts } from "../data/queries.ts";
import { errorWords } from "../words/errors.ts";
import type { ToldError } from "../words/errors.ts";
import * as words from "../words/health.js";
import { Charts } from "./charts.tsx";
import { Doctor } from "./doctor.tsx";

const readinessEveryMs = 5000;
const modes: Readonly<Record<GatewayFacts["mode"], () => string>> = {
  simulator: words.simulator,
  accounts: words.accounts,
  "pass-through": words.passThrough,
};

/** The room. */
export function HealthRoom() {
  const { data: gateway } = useGateway();
  const { data: self } = useSelf();
  const isOwner = self?.scopes.includes("admin");
  return (
    <Room
      title={words.title()}
      beside={
        gateway !== undefined && (
          <p className="text-soft">
            {words.version({ version: gateway.version })} · {modes[gateway.mode]()}
          </p>
        )
      }
    >
      <Readiness />
      <Charts />
      {isOwner === true && <Doctor />}
      {isOwner === false && <Note>{words.ownerOnly()}</Note>}
    </Room>
  );
}

function Readiness() {
  const { data } = useQuery({
    queryKey: ["readiness"],
    refetchInterval: readinessEveryMs,
    queryFn: async ({ signal }) => {
      const answer = await fetchNoted(`${gatewayUrl}/readyz`, { signal });
      if (answer.ok) return null;
      const { error } = (await answer.json()) as { error: ToldError };
      const { message, fix } = errorWords(error);
      return fix === null ? message : `${message} ${fix}`;
    },
  });
  return data == null ? (
    <Note>
      {/* Until it is known, its place is kept: nothing below jumps. */}
      <span className={data === undefined ? "invisible" : ""}>{words.ready()}</span>
    </Note>
  ) : (
    <Note tone="bad">{words.notReady({ reason: data })}</Note>
  );
}
