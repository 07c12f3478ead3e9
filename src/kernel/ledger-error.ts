/** Stable codes of all errors that a user can see. */
export type ErrorCode =
  | "invalid_report"
  | "invalid_eval"
  | "judge_unavailable"
  | "judge_unreadable"
  | "model_unavailable"
  | "model_refused"
  | "model_unreadable"
  | "model_over_limit"
  | "invalid_json"
  | "invalid_xml"
  | "not_automatic"
  | "invalid_input"
  | "unknown_format"
  | "unreadable_file"
  | "file_too_large"
  | "conflict"
  | "exists"
  | "illegal_transition"
  | "append_only"
  | "changed_meanwhile"
  | "concurrent_pause"
  | "budget_exhausted"
  | "comment_failed"
  | "pull_request_failed"
  | "self_fix_stopped"
  | "not_found"
  | "usage"
  | "not_confirmed"
  | "nothing_to_undo"
  | "store_locked"
  | "store_unwritable"
  | "store_unreadable"
  | "store_newer"
  | "disk_full"
  | "lock_lost"
  | "store_stopped"
  | "foreign_refused"
  | "sync_not_configured"
  | "sync_not_allowed"
  | "sync_signed_out"
  | "sync_offline"
  | "sync_refused"
  | "sync_busy"
  | "cancelled"
  | "internal";

/** The wire form of an error, as `--json` prints it and as it crosses a thread or a webview. */
export type ErrorView = Readonly<{ code: ErrorCode; message: string; hint: string; transient?: true }>;

/**
 * An error that a user can see: what failed (`message`, "Failed to <verb> <target>: <reason>") and what to do about it (`hint`).
 * Created only by the factories of `errors.ts`.
 */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
  readonly code: ErrorCode;
  readonly hint: string;
  /** Unlike other errors of this code, it may pass: the same call may succeed later without any change. */
  readonly transient: boolean;

  constructor(code: ErrorCode, message: string, hint: string, options?: ErrorOptions & Readonly<{ transient?: boolean }>) {
    super(message, options);
    this.code = code;
    this.hint = hint;
    this.transient = options?.transient ?? false;
  }

  /** Compares the name: each bundle of the program has its own copy of the class, and errors cross between bundles. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "LedgerError" && "code" in value && "hint" in value;
  }
}

/** The wire form of any thrown value; anything but a `LedgerError` becomes `internal`. */
export function toErrorView(error: unknown): ErrorView {
  if (error instanceof LedgerError) {
    const { code, message, hint, transient } = error;
    return { code, message, hint, ...(transient && { transient }) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "internal",
    message: `Unexpected failure: ${message}`,
    hint: "This is a defect in Reward Ledger. Run `reward-ledger doctor` and report the message with its output.",
  };
}

/** Turns a wire form back into an error, on the other side of a thread or a webview. */
export function fromErrorView(view: ErrorView): LedgerError {
  return new LedgerError(view.code, view.message, view.hint, { transient: view.transient === true });
}

/** Copies an error without the secrets that its texts may quote, and without its cause, which may quote them too. */
export const scrubError = ({ code, message, hint, transient }: LedgerError, scrub: (text: string) => string): LedgerError =>
  new LedgerError(code, scrub(message), scrub(hint), { transient });
