import * as vscode from "vscode";
import { syncPreviewDocument } from "../../features/team/documents/sync.ts";
import { composedKey } from "../../kernel/composed-key.ts";
import type { SyncProposalView } from "../../ports/sync.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import type { Memory } from "../workspace/projects.ts";

export type ConsentOptions = Readonly<{
  store: Store;
  documents: ReportDocuments;
  surroundingsOf: SurroundingsOf;
  /** Stores which proposals this workspace has announced. */
  memory: Memory;
}>;

/** Asks the user for consent to share with a team that only the checkout names. */
export type Consent = Readonly<{
  /** @returns whether the user agreed */
  ask(proposal: SyncProposalView): Promise<boolean>;
  /** Announces a proposal once per workspace and team. @returns whether the user agreed immediately */
  announce(proposal: SyncProposalView): Promise<boolean>;
}>;

export function createConsent({ store, documents, surroundingsOf, memory }: ConsentOptions): Consent {
  const { t } = vscode.l10n;

  const ask = async (proposal: SyncProposalView): Promise<boolean> => {
    const { team, url, source, project } = proposal;
    const preview = await store.call("sync preview", { limit: 100 }, { surroundings: surroundingsOf() });
    const { unsent, withheld } = preview;
    const share = t("Share This Project");
    const show = t("Show What Sync Would Send");
    const answer = await vscode.window.showInformationMessage(
      t("Share {0} with the team {1}?", project, team),
      {
        modal: true,
        detail:
          unsent - withheld === 1
            ? t(
                "{0} names this team at {1}. 1 recorded fact would leave: rules, file names, messages, scores and costs, but no prompts and no texts of inbox and memory.",
                source,
                url,
              )
            : t(
                "{0} names this team at {1}. {2} recorded facts would leave: rules, file names, messages, scores and costs, but no prompts and no texts of inbox and memory.",
                source,
                url,
                unsent - withheld,
              ),
      },
      share,
      show,
    );
    if (answer === show) await documents.show(t("What Sync Would Send"), (words) => syncPreviewDocument(preview, words));
    if (answer !== share) return false;
    await store.call("sync status", { cached: true, yes_to: team }, { surroundings: surroundingsOf() });
    return true;
  };

  return {
    ask,
    async announce(proposal) {
      const key = composedKey("sync.proposal", proposal.url, proposal.team);
      if (memory.get(key) === true) return false;
      await memory.update(key, true);
      const decide = t("Decide…");
      const message = t(
        "This checkout names the team {0} to share its ledger with. Nothing is sent before you agree.",
        proposal.team,
      );
      return (await vscode.window.showInformationMessage(message, decide)) === decide && ask(proposal);
    },
  };
}
