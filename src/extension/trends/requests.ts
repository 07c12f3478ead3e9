import { ZodError } from "zod";
import { toErrorView } from "../../kernel/ledger-error.ts";
import { type HostMessage, type PanelHost, type PanelNotice, panelMessage, trendsApi } from "../../protocol/trends-panel.ts";

/** What is done with a message of the webview. */
export type PanelReceiver = Readonly<{
  host: PanelHost;
  reply(message: Extract<HostMessage, { type: "reply" }>): void;
  notice(notice: PanelNotice): void;
  /** Told of a message that is none of the protocol's, with what is wrong with it. */
  refused(reason: string): void;
}>;

/** Handles one message of the webview. A request gets exactly one reply, also when it fails or does not parse. */
export async function receivePanelMessage(raw: unknown, { host, reply, notice, refused }: PanelReceiver): Promise<void> {
  try {
    const message = panelMessage.parse(raw);
    if (message.type !== "request") return notice(message);
    const { id, method, params } = message;
    reply({ type: "reply", id, ok: true, result: await trendsApi[method].answer(host, params) });
  } catch (error) {
    const id = idOf(raw);
    if (id !== undefined) reply({ type: "reply", id, ok: false, error: toErrorView(error) });
    if (error instanceof ZodError) refused(error.message);
  }
}

/** The id of a request, also of one that does not parse, so that its sender does not wait for ever. */
function idOf(raw: unknown): number | undefined {
  if (typeof raw !== "object" || raw === null || !("id" in raw)) return undefined;
  return typeof raw.id === "number" ? raw.id : undefined;
}
