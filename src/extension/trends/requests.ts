import { ZodError } from "zod";
import { toErrorView } from "../../kernel/ledger-error.ts";
import { type HostMessage, type PanelHost, type PanelNotice, panelMessage, trendsApi } from "../../protocol/trends-panel.ts";

/** Handlers for messages of the webview. */
export type PanelReceiver = Readonly<{
  host: PanelHost;
  reply(message: Extract<HostMessage, { type: "reply" }>): void;
  notice(notice: PanelNotice): void;
  /** Called for a message that does not match the protocol, with the reason. */
  refused(reason: string): void;
}>;

/** Handles one message of the webview. A request gets exactly one reply, even if it fails or does not parse. */
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

/** The id of a request, even of one that does not parse, so that its sender does not wait forever. */
function idOf(raw: unknown): number | undefined {
  if (typeof raw !== "object" || raw === null || !("id" in raw)) return undefined;
  return typeof raw.id === "number" ? raw.id : undefined;
}
