// One stream of events for all tabs of a browser: the tab that holds a lock reads it and passes everything on.

/** What a leader does: reads until the signal fires, and hands on each message. */
export type Lead<Message> = (
  signal: AbortSignal,
  send: (message: Message) => void,
) => Promise<void>;

/** How one tab takes part. */
export interface LeaderOptions<Message> {
  /** The name that the tabs of one gateway share. */
  name: string;
  lead: Lead<Message>;
  onMessage: (message: Message) => void;
  signal: AbortSignal;
  /** The browser's locks; absent where a page is served over plain HTTP to another machine. */
  locks: Pick<LockManager, "request"> | undefined;
  /** Opens the channel between tabs; absent where there is none. */
  openChannel: ((name: string) => BroadcastChannel) | undefined;
}

/** Takes part until the signal fires: leads where no other tab does, else follows. */
export async function takePart<Message>(options: LeaderOptions<Message>): Promise<void> {
  const { name, lead, onMessage, signal, locks, openChannel } = options;
  if (locks === undefined || openChannel === undefined) {
    await lead(signal, onMessage);
    return;
  }
  const channel = openChannel(name);
  channel.addEventListener("message", ({ data }) => onMessage(data as Message));
  signal.addEventListener("abort", () => channel.close());
  const send = (message: Message): void => {
    onMessage(message);
    if (!signal.aborted) channel.postMessage(message);
  };
  try {
    await locks.request(name, { signal }, () => lead(signal, send));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
