import * as vscode from "vscode";
import { doctorDocument } from "../../features/maintenance/documents/doctor.ts";
import { verifyDocument } from "../../features/maintenance/documents/verify.ts";
import { withPatience } from "../dialogs/with-progress.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import type { Handler } from "./register.ts";

export type CheckCommandOptions = Readonly<{ store: Store; documents: ReportDocuments; surroundingsOf: SurroundingsOf }>;

type CheckCommands = Readonly<Record<"verify" | "doctor" | "rebuildIndex", Handler>>;

/** Commands that examine the store, and the one that builds its index again. */
export function checkCommands({ store, documents, surroundingsOf }: CheckCommandOptions): CheckCommands {
  const { t } = vscode.l10n;
  return {
    verify: async () => {
      const view = await withPatience(t("Verifying the ledger"), (signal, onProgress) =>
        store.call("verify", {}, { signal, onProgress }),
      );
      await documents.show(t("Ledger Verification"), (words) => verifyDocument(view, words));
    },
    doctor: async () => {
      const view = await withPatience(t("Examining the ledger"), (signal) =>
        store.call("doctor", {}, { signal, surroundings: surroundingsOf() }),
      );
      await documents.show(t("Doctor"), (words) => doctorDocument(view, words));
    },
    rebuildIndex: async () => {
      const { facts } = await withPatience(t("Rebuilding the index"), (signal, onProgress) =>
        store.call("rebuild", {}, { signal, onProgress }),
      );
      void vscode.window.showInformationMessage(
        facts === 1 ? t("The index was built again from 1 fact.") : t("The index was built again from {0} facts.", facts),
      );
    },
  };
}
