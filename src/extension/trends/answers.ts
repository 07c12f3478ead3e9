import { basename } from "node:path";
import * as vscode from "vscode";
import { writeOutput } from "../../platform/disk/write-output.ts";
import type { EvalsFilter, TrendsFilter } from "../../protocol/trends-panel.ts";
import type { FindingPlace } from "../findings/open.ts";
import { firstDay, type TimeStyle } from "../format/time-text.ts";
import type { Store } from "../store/client.ts";
import { folderOf } from "../workspace/folders.ts";
import type { PanelAnswers } from "./requests.ts";

export type AnswerOptions = Readonly<{
  store: Store;
  style(): TimeStyle;
  openFinding(place: FindingPlace): Promise<void>;
  /** Folder of the ledger. */
  home(): string;
}>;

/** Answers the panel's requests from the store and with VS Code's clipboard, editors and dialogues. */
export function panelAnswers({ store, style, openFinding, home }: AnswerOptions): PanelAnswers {
  const run: PanelAnswers["run"] = (factId) => store.call("show", { fact_id: factId });
  return {
    trends: (filter) =>
      store.call("trends", {
        agent: filter.agent ?? undefined,
        compare_with: filter.compare_with ?? undefined,
        project: filter.project ?? undefined,
        ...whoseInput(filter.whose),
        ...periodInput(filter),
      }),
    run,
    runsBreaking: ({ rule, filter, limit }) =>
      store.call("breaking", {
        rule,
        limit,
        agent: filter.agent ?? undefined,
        project: filter.project ?? undefined,
        ...whoseInput(filter.whose),
        ...daysOf(filter, style()),
      }),
    evals: ({ filter, evals }) =>
      store.call("eval overview", {
        ...evalScope(filter, evals),
        tier: evals.tier ?? undefined,
        suite: evals.suite ?? undefined,
      }),
    costs: ({ filter, evals }) => store.call("eval spending", { ...evalScope(filter, evals), tier: evals.tier ?? undefined }),
    spend: (filter) => store.call("spend trends", { ...whoseInput(filter.whose), ...periodInput(filter) }),
    evalTest: ({ test, filter, evals }) => store.call("eval test", { ...evalScope(filter, evals), ...test }),
    evalRun: ({ run: id, whose, compare }) => store.call("eval run", { run: id, compare, ...whoseInput(whose) }),
    openFinding: async ({ fact_id, file, line }) => {
      await openFinding({ file, line, project: (await run(fact_id)).run.project });
      return null;
    },
    copy: async (text) => {
      await vscode.env.clipboard.writeText(text);
      return null;
    },
    save: async (suggestedName, text) => {
      const folder = folderOf();
      const name = basename(suggestedName);
      const target = await vscode.window.showSaveDialog(
        folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(vscode.Uri.file(folder), name) },
      );
      if (target === undefined) return { saved: false };
      if (target.scheme === "file") await writeOutput(target.fsPath, text, { home: home(), replace: true });
      else await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
      return { saved: true };
    },
  };
}

/** The choice of the panel as the operations take it. */
const whoseInput = (whose: string | null): Readonly<{ team?: true; member?: string }> =>
  whose === null ? {} : whose === "team" ? { team: true } : { member: whose };

/** The period as the panel's operations take it. */
const periodInput = ({ period, since, until }: TrendsFilter) => ({
  period,
  ...(period === "custom" ? { since: since ?? undefined, until: until ?? undefined } : {}),
});

/** Which runs the tabs of evals are about. */
const evalScope = (filter: TrendsFilter, { branch }: EvalsFilter) => ({
  project: filter.project ?? undefined,
  branch: branch ?? undefined,
  ...whoseInput(filter.whose),
  ...periodInput(filter),
});

/** A period's first and last day, as far as it has them. */
function daysOf({ period, since, until }: TrendsFilter, style: TimeStyle): Readonly<{ since?: string; until?: string }> {
  switch (period) {
    case "all":
      return {};
    case "custom":
      return { ...(since === null ? {} : { since }), ...(until === null ? {} : { until }) };
    case "7d":
    case "30d":
    case "90d":
    case "365d":
      return { since: firstDay(Number.parseInt(period, 10), style) };
    default:
      return period satisfies never;
  }
}
