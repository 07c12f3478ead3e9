import * as vscode from "vscode";
import { sanitize } from "../../kernel/escape.ts";
import { type ErrorCode, LedgerError, toErrorView } from "../../kernel/ledger-error.ts";
import type { Logger } from "../../ports/ports.ts";
import { type CommandName, commandId } from "../commands/ids.ts";

/** A button of an error message: its label and the command it runs. */
type Button = Readonly<{ label: string; command: CommandName }>;

/**
 * Shows the user what failed and what to do, with helpful buttons and without secrets. Does nothing for work that the user
 * cancelled.
 */
export async function notifyFailure(error: unknown, log: Logger, scrub: (text: string) => string): Promise<void> {
  const { code, message, hint } = toErrorView(error);
  if (code === "cancelled") return;
  log.error(error instanceof LedgerError || !(error instanceof Error) ? `${code}: ${message}` : (error.stack ?? message));
  const buttons = buttonsOf(code);
  const chosen = await vscode.window.showErrorMessage(scrub(sentence(message, hint)), ...buttons.map(({ label }) => label));
  const button = buttons.find(({ label }) => label === chosen);
  if (button !== undefined) await vscode.commands.executeCommand(commandId(button.command));
}

/** Message and hint as running text. Breaks up link syntax, which a notification would render as a link. */
function sentence(message: string, hint: string): string {
  const text = sanitize(message).replaceAll("](", "] (").trimEnd();
  return `${text}${text.endsWith(".") ? "" : "."} ${hint}`;
}

function buttonsOf(code: ErrorCode): readonly Button[] {
  const { t } = vscode.l10n;
  const output: Button = { label: t("Show Output"), command: "showOutput" };
  const settings: Button = { label: t("Open Settings"), command: "openSettings" };
  const doctor: Button = { label: t("Run Doctor"), command: "doctor" };
  switch (code) {
    case "store_unwritable":
    case "store_unreadable":
      return [settings, doctor];
    case "store_locked":
    case "disk_full":
    case "lock_lost":
    case "store_newer":
      return [doctor];
    case "store_stopped":
      return [{ label: t("Refresh"), command: "refresh" }, output];
    case "judge_unavailable":
      return [{ label: t("Set API Key…"), command: "evalSetJudgeKey" }, output];
    case "model_unavailable":
    case "model_refused":
      return [{ label: t("Set API Key…"), command: "setModelKey" }, settings, output];
    case "internal":
      return [output, doctor];
    case "not_automatic":
    case "invalid_report":
    case "invalid_eval":
    case "judge_unreadable":
    case "model_unreadable":
    case "model_over_limit":
    case "invalid_json":
    case "invalid_xml":
    case "invalid_input":
    case "unknown_format":
    case "unreadable_file":
    case "file_too_large":
    case "conflict":
    case "exists":
    case "illegal_transition":
    case "append_only":
    case "changed_meanwhile":
    case "concurrent_pause":
    case "budget_exhausted":
    case "comment_failed":
    case "pull_request_failed":
    case "self_fix_stopped":
    case "not_found":
    case "usage":
    case "not_confirmed":
    case "nothing_to_undo":
    case "cancelled":
    case "foreign_refused":
    case "sync_not_configured":
    case "sync_not_allowed":
    case "sync_signed_out":
    case "sync_refused":
    case "sync_busy":
      return [];
    case "sync_offline":
      return [output];
    default:
      return code satisfies never;
  }
}
