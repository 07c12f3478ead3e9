import type { ComponentChildren, JSX } from "preact";
import { useTexts } from "./contexts.ts";
import { ErrorNotice } from "./error-notice.tsx";
import type { Host } from "./host.ts";
import { Skeleton } from "./skeleton.tsx";
import type { Load } from "./use-load.ts";

type Props<View> = Readonly<{
  host: Host;
  load: Load<View>;
  onRetry(): void;
  children(view: View): ComponentChildren;
}>;

/** A view that is on its way, here, or failed to come; after a failure what was there before stays in sight. */
export function Loaded<View>({ host, load: { view, error }, onRetry, children }: Props<View>): JSX.Element {
  const texts = useTexts();
  const failure =
    error === null ? null : (
      <ErrorNotice
        error={error}
        title={texts.t("load.failed")}
        {...(view === null ? {} : { note: texts.t("load.stale") })}
        onRetry={onRetry}
        onShowLog={() => host.notify({ type: "command", command: "showOutput" })}
      />
    );
  if (view === null) return failure ?? <Skeleton />;
  return (
    <>
      {failure}
      {children(view)}
    </>
  );
}
