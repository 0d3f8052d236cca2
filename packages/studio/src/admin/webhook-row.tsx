// One webhook: where it goes, whether it works, and what can be done with it.

import type { WebhookObject } from "@jimeng/gateway/api";

import { Button } from "../controls/button.tsx";
import { showToast } from "../controls/toast.tsx";
import { client } from "../data/client.ts";
import * as words from "../words/admin.js";
import { formatDateTime } from "../words/format.ts";
import { useAct } from "./act.ts";
import type { MadeText } from "./made-secret.tsx";

/** Shows a webhook. */
export function WebhookRow({
  webhook,
  onMade,
  onOpen,
}: {
  webhook: WebhookObject;
  onMade: (made: MadeText) => void;
  onOpen: (kind: "remove" | "deliveries") => void;
}) {
  const { act, isActing } = useAct(["webhooks"]);
  const { id, url, events, description, disabled } = webhook;
  const test = (): void =>
    act(async () => {
      const {
        response_status: status,
        duration_ms: duration,
        error,
      } = await client.webhooks.test(id);
      if (status === null)
        return showToast({ text: words.testFailed({ reason: error ?? "" }), tone: "bad" });
      showToast({
        text: words.tested({ status: String(status), milliseconds: String(duration ?? 0) }),
      });
    });
  const rotate = (): void =>
    act(async () => {
      const { secret } = await client.webhooks.rotate(id);
      onMade({ title: words.secretOf({ name: url }), text: secret });
    });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border border-line bg-panel px-3 py-2">
      <div className="min-w-40 flex-1">
        <h2 className="font-semibold">{url}</h2>
        <p className="text-soft">{events.join(" · ")}</p>
        {description !== "" && <p dir="auto">{description}</p>}
      </div>
      <State webhook={webhook} />
      <div className="flex flex-wrap gap-1.5">
        <Button onClick={() => onOpen("deliveries")}>{words.deliveries()}</Button>
        <Button disabled={isActing} onClick={test}>
          {words.test()}
        </Button>
        <Button disabled={isActing} onClick={rotate}>
          {words.newSecret()}
        </Button>
        <Button
          disabled={isActing}
          onClick={() =>
            act(async () => void (await client.webhooks.update(id, { disabled: !disabled })))
          }
        >
          {disabled ? words.switchOn() : words.switchOff()}
        </Button>
        <Button look="danger" onClick={() => onOpen("remove")}>
          {words.remove()}
        </Button>
      </div>
    </li>
  );
}

function State({ webhook }: { webhook: WebhookObject }) {
  const { disabled, disabled_reason: reason, failing_since: failing } = webhook;
  if (reason !== null) return <p className="text-bad">{words.offByGateway({ reason })}</p>;
  if (disabled) return <p className="text-warn">{words.disabled()}</p>;
  if (failing !== null)
    return <p className="text-bad">{words.failing({ time: formatDateTime(failing) })}</p>;
  return <p className="text-good">{words.works()}</p>;
}
