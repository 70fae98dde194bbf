// The stream of states, shared by all tabs of a browser: it opens no more than six connections to a
// server, and a stream keeps one for good. The tab that holds a lock listens and tells the others;
// when it is closed the next one takes over.

/** What passes between tabs. `text` is the JSON of a LiveState, `report` a whole HTML file. */
export type Message =
  | { readonly kind: "state"; readonly text: string }
  | { readonly kind: "end"; readonly text: string; readonly report: string }
  | { readonly kind: "connection"; readonly isUp: boolean }
  | { readonly kind: "hello" };

type Tell = (message: Message) => void;

const kRetryMs = 1000;

async function fetchReport(token: string): Promise<string> {
  try {
    const answer = await fetch("/report.html", { headers: { "x-sluice-token": token } });
    return answer.ok ? await answer.text() : "";
  } catch {
    return "";
  }
}

/** Until the run's end. The server waits for the stream to be closed, so the report comes first. */
function listen(token: string, tell: Tell): void {
  const source = new EventSource(`/events?token=${encodeURIComponent(token)}`);
  let isOver = false;
  source.addEventListener("open", () => tell({ kind: "connection", isUp: true }));
  source.addEventListener("state", (event: MessageEvent<string>) => {
    tell({ kind: "state", text: event.data });
  });
  source.addEventListener("end", (event: MessageEvent<string>) => {
    isOver = true;
    void fetchReport(token).then((report) => {
      source.close();
      tell({ kind: "end", text: event.data, report });
    });
  });
  source.addEventListener("error", () => {
    if (isOver) return;
    tell({ kind: "connection", isUp: false });
    // The browser tries again by itself, unless the answer was no stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(token, tell), kRetryMs);
  });
}

/** Calls `tell` with every state from the first on; never with "hello". */
export function follow(token: string, tell: Tell): void {
  const channel = new BroadcastChannel(`sluice-live-${token}`);
  let latest: Message | undefined; // of the tab that listens
  let isOver = false;
  const receive = (message: Message): void => {
    isOver ||= message.kind === "end";
    tell(message);
  };
  channel.addEventListener("message", (event: MessageEvent<Message>) => {
    if (event.data.kind !== "hello") return receive(event.data);
    if (latest) channel.postMessage(latest);
  });
  channel.postMessage({ kind: "hello" } satisfies Message);

  const lead = (): Promise<never> | undefined => {
    if (isOver) return undefined;
    listen(token, (message) => {
      if (message.kind !== "connection") latest = message;
      channel.postMessage(message);
      receive(message);
    });
    return new Promise<never>(() => undefined); // the lock is kept as long as the tab lives
  };
  void navigator.locks.request(`sluice-live-${token}`, lead);
}
