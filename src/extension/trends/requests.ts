import { toErrorView } from "../../kernel/errors.ts";
import {
  type HostMessage,
  type PanelNotice,
  type PanelRequest,
  type PanelResults,
  panelMessage,
} from "../../protocol/trends-panel.ts";

/** What the panel's requests are answered with. */
export type PanelAnswers = Readonly<{
  trends(filter: Extract<PanelRequest, { method: "trends" }>["params"]): Promise<PanelResults["trends"]>;
  run(factId: string): Promise<PanelResults["run"]>;
  runsBreaking(params: Extract<PanelRequest, { method: "runsBreaking" }>["params"]): Promise<PanelResults["runsBreaking"]>;
  evals(params: Extract<PanelRequest, { method: "evals" }>["params"]): Promise<PanelResults["evals"]>;
  costs(params: Extract<PanelRequest, { method: "costs" }>["params"]): Promise<PanelResults["costs"]>;
  spend(filter: Extract<PanelRequest, { method: "spend" }>["params"]): Promise<PanelResults["spend"]>;
  evalTest(params: Extract<PanelRequest, { method: "evalTest" }>["params"]): Promise<PanelResults["evalTest"]>;
  evalRun(params: Extract<PanelRequest, { method: "evalRun" }>["params"]): Promise<PanelResults["evalRun"]>;
  openFinding(params: Extract<PanelRequest, { method: "openFinding" }>["params"]): Promise<null>;
  copy(text: string): Promise<null>;
  save(suggestedName: string, text: string): Promise<PanelResults["save"]>;
}>;

/** What is done with a message of the webview. */
export type PanelReceiver = Readonly<{
  answers: PanelAnswers;
  reply(message: Extract<HostMessage, { type: "reply" }>): void;
  notice(notice: PanelNotice): void;
  /** Told of a message that is none of the protocol's, with what is wrong with it. */
  refused(reason: string): void;
}>;

/** Takes one message of the webview. A request gets exactly one reply, also when it fails. */
export async function receivePanelMessage(raw: unknown, { answers, reply, notice, refused }: PanelReceiver): Promise<void> {
  const parsed = panelMessage.safeParse(raw);
  if (!parsed.success) {
    const id = idOf(raw);
    if (id !== undefined) reply({ type: "reply", id, ok: false, error: toErrorView(parsed.error) });
    return refused(parsed.error.message);
  }
  const message = parsed.data;
  if (message.type !== "request") return notice(message);
  try {
    reply({ type: "reply", id: message.id, ok: true, result: await answer(message, answers) });
  } catch (error) {
    reply({ type: "reply", id: message.id, ok: false, error: toErrorView(error) });
  }
}

function answer(request: PanelRequest, answers: PanelAnswers): Promise<PanelResults[PanelRequest["method"]]> {
  switch (request.method) {
    case "trends":
      return answers.trends(request.params);
    case "run":
      return answers.run(request.params.fact_id);
    case "runsBreaking":
      return answers.runsBreaking(request.params);
    case "evals":
      return answers.evals(request.params);
    case "costs":
      return answers.costs(request.params);
    case "spend":
      return answers.spend(request.params);
    case "evalTest":
      return answers.evalTest(request.params);
    case "evalRun":
      return answers.evalRun(request.params);
    case "openFinding":
      return answers.openFinding(request.params);
    case "copy":
      return answers.copy(request.params.text);
    case "save":
      return answers.save(request.params.suggested_name, request.params.text);
    default:
      return request satisfies never;
  }
}

/** The id of a request that does not parse, so that its sender does not wait for ever. */
function idOf(raw: unknown): number | undefined {
  if (typeof raw !== "object" || raw === null || !("id" in raw)) return undefined;
  return typeof raw.id === "number" ? raw.id : undefined;
}
