import type { JSX } from "preact";
import type { ErrorView } from "../../kernel/ledger-error.ts";
import { useTexts } from "./contexts.ts";

type Props = Readonly<{
  error: ErrorView;
  /** Heading above the error, if it needs one. */
  title?: string;
  note?: string;
  onRetry?(): void;
  onShowLog?(): void;
}>;

/** Shows what failed, what to do about it, and buttons to retry and to show the log. */
export function ErrorNotice({ error, title, note, onRetry, onShowLog }: Props): JSX.Element {
  const texts = useTexts();
  return (
    <div class="error-notice" role="alert">
      {title !== undefined && <strong>{title}</strong>}
      <p>{error.message}</p>
      <p class="muted">
        {error.hint}
        {note !== undefined && ` ${note}`}
      </p>
      {(onRetry !== undefined || onShowLog !== undefined) && (
        <div class="buttons">
          {onRetry !== undefined && (
            <button type="button" class="primary" onClick={onRetry}>
              {texts.t("load.retry")}
            </button>
          )}
          {onShowLog !== undefined && (
            <button type="button" class="secondary" onClick={onShowLog}>
              {texts.t("load.output")}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
