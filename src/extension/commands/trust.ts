import * as vscode from "vscode";
import { evidenceLines, tierChangeDocument } from "../../features/agent/documents/trust.ts";
import { allowances, localizedTiers } from "../../features/agent/model/tiers.ts";
import type { TrustView } from "../../features/agent/operations/trust-views.ts";
import { editorWords, type TimeStyle } from "../../render/markdown/words.ts";
import { askText } from "../dialogs/ask-text.ts";
import { pick } from "../dialogs/pick.ts";
import { isOwnLedger } from "../dialogs/trust.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { SampleMode } from "../sample/mode.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import type { Handler } from "./register.ts";

export type TrustCommandOptions = Readonly<{
  store: Store;
  documents: ReportDocuments;
  surroundingsOf: SurroundingsOf;
  sample: Pick<SampleMode, "home">;
  style(): TimeStyle;
}>;

type TrustCommands = Readonly<Record<"promoteAgent" | "demoteAgent", Handler>>;

/** Commands that change an agent's tier. A promotion needs a signature that the user types. */
export function trustCommands({ store, documents, surroundingsOf, sample, style }: TrustCommandOptions): TrustCommands {
  const { t } = vscode.l10n;
  const callOptions = () => ({ surroundings: surroundingsOf() });

  /** The trust status with the person who decides; if nobody is bound yet, asks who it is. Undefined when the user backs out. */
  const ensureBound = async (title: string): Promise<TrustView | undefined> => {
    const view = await store.call("trust tier", {}, callOptions());
    if (view.bound) return view;
    const handle = await askText(title, t("Nobody is set up to decide yet. Which handle do you sign with?"));
    if (handle === undefined) return undefined;
    const channel = await askText(title, t("How can you be reached, for example email or github-issue-comment?"));
    return channel === undefined ? undefined : store.call("trust status", { bootstrap: true, handle, channel }, callOptions());
  };

  const askAgent = async ({ agent, agents }: TrustView): Promise<string | undefined> => {
    const names = [...new Set([agent, ...agents.map((one) => one.agent)])];
    const other = Symbol("other");
    const chosen = await pick<string | typeof other>(t("The tier of which agent?"), [
      ...names.map((name) => ({ label: name, value: name })),
      { label: t("Another Agent…"), value: other },
    ]);
    return chosen === other ? askText(t("Trust"), t("Name of the agent")) : chosen;
  };

  /** Asks for the agent and its new tier, and reads its evidence. @param emptyMessage message for an agent with no such tier */
  const askTierChange = async (
    title: string,
    question: string,
    emptyMessage: (agent: string) => string,
    allowed: (to: number, now: number) => boolean,
  ) => {
    // The sample is deleted when the user leaves it, so a decision made there would be lost.
    if (!isOwnLedger(sample, t("Leave the sample data first: a tier is decided in your own ledger."))) return undefined;
    const view = await ensureBound(title);
    const agent = view === undefined ? undefined : await askAgent(view);
    if (agent === undefined) return undefined;
    const evidence = await store.call("trust evidence", { agent }, callOptions());
    const tiers = localizedTiers(t).flatMap(({ name }, value) =>
      allowed(value, evidence.tier)
        ? [{ label: `${value}, ${name}`, detail: t("It may: {0}", allowances(value, t).may.at(-1) ?? ""), value }]
        : [],
    );
    if (tiers.length === 0) void vscode.window.showInformationMessage(emptyMessage(agent));
    const tier = tiers.length === 0 ? undefined : await pick(question, tiers);
    if (tier === undefined) return undefined;
    return { agent, tier, known: evidenceLines(evidence, editorWords(style(), t)).join(" · ") };
  };

  return {
    promoteAgent: async () => {
      const title = t("Promote Agent");
      const change = await askTierChange(
        title,
        t("Raise it to which tier?"),
        (agent) => t("{0} already has the highest tier.", agent),
        (to, now) => to > now,
      );
      if (change === undefined) return;
      const { agent, tier, known } = change;
      const reason = await askText(title, t("{0}. Why is it promoted?", known));
      if (reason === undefined) return;
      const signature = await askText(title, t("{0}. Sign with your handle to promote {1} to tier {2}.", known, agent, tier));
      if (signature === undefined) return;
      const view = await store.call("promote", { agent, tier, reason, signature }, callOptions());
      await documents.show(title, (words) => tierChangeDocument(view, words));
    },
    demoteAgent: async () => {
      const title = t("Demote Agent");
      const change = await askTierChange(
        title,
        t("Lower it to which tier?"),
        (agent) => t("{0} already has the lowest tier.", agent),
        (to, now) => to < now,
      );
      if (change === undefined) return;
      const { agent, tier, known } = change;
      const reason = await askText(title, t("{0}. Why is it demoted? Leave empty for no reason.", known), true);
      if (reason === undefined) return;
      const view = await store.call("demote", { agent, tier, reason }, callOptions());
      await documents.show(title, (words) => tierChangeDocument(view, words));
    },
  };
}
