// What was and is delivered to a webhook, newest first; each can be sent again.

import type { DeliveryObject, WebhookObject } from "@jimeng/gateway/api";
import { useInfiniteQuery } from "@tanstack/react-query";

import { Button } from "../controls/button.tsx";
import { Dialog } from "../controls/dialog.tsx";
import { Note } from "../controls/note.tsx";
import { Skeleton } from "../controls/skeleton.tsx";
import { showToast } from "../controls/toast.tsx";
import { client } from "../data/client.ts";
import * as words from "../words/admin.js";
import { formatDateTime } from "../words/format.ts";
import { useAct } from "./act.ts";
import { reasonText } from "../words/errors.ts";

const tones = { pending: "text-soft", delivered: "text-good", failed: "text-bad" };
const states = { pending: words.pending, delivered: words.delivered, failed: words.failed };

/** Shows the deliveries in a dialog. */
export function Deliveries({
  webhook: { id, url },
  onClose,
}: {
  webhook: WebhookObject;
  onClose: () => void;
}) {
  const queryKey = ["deliveries", id] as const;
  const { data, error, isPending, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.webhooks.deliveries(id, { after: pageParam, signal }),
    getNextPageParam: (page) => (page.has_more ? (page.last_id ?? undefined) : undefined),
  });
  const deliveries = data?.pages.flatMap((page) => page.data) ?? [];
  const { act } = useAct(queryKey);
  const redeliver = (deliveryId: string): void =>
    act(async () => {
      await client.webhooks.redeliver(id, deliveryId);
      showToast({ text: words.redelivered() });
    });
  return (
    <Dialog title={words.deliveries()} onClose={onClose} className="w-[44rem]">
      <p className="mb-2 text-soft">{url}</p>
      {isPending && <Skeleton className="h-40" />}
      {error !== null && <Note tone="bad">{words.loadFailed({ reason: reasonText(error) })}</Note>}
      {!isPending && error === null && deliveries.length === 0 && (
        <Note>{words.noDeliveries()}</Note>
      )}
      <ul className="flex flex-col">
        {deliveries.map((delivery) => (
          <DeliveryRow key={delivery.id} delivery={delivery} onRedeliver={redeliver} />
        ))}
      </ul>
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>{words.more()}</Button>}
    </Dialog>
  );
}

function DeliveryRow({
  delivery,
  onRedeliver,
}: {
  delivery: DeliveryObject;
  onRedeliver: (id: string) => void;
}) {
  const { id, type, subject, status, attempts, response_status: answer, error } = delivery;
  return (
    <li className="flex flex-wrap items-center gap-x-3 border-b border-line py-1.5">
      <span className="min-w-40 flex-1">
        <span className="font-medium">{type}</span> <code className="text-soft">{subject}</code>
        <span className="block text-soft tabular-nums">
          {formatDateTime(delivery.created_at)} · {words.attempts({ count: attempts })}
          {answer !== null && ` · ${answer}`}
          {error !== null && ` · ${error}`}
        </span>
      </span>
      <span className={tones[status]}>{states[status]()}</span>
      <Button onClick={() => onRedeliver(id)}>{words.redeliver()}</Button>
    </li>
  );
}
