import type { ComponentChildren, JSX } from "preact";
import { usePanel, useTexts } from "./contexts.ts";
import { ErrorNotice } from "./error-notice.tsx";
import { DrawerSkeleton, Skeleton } from "./skeleton.tsx";
import type { Load } from "./use-load.ts";

type Props<View> = Readonly<{
  load: Pick<Load<View>, "view" | "error" | "ask">;
  /** In a drawer the error has no title and no button for the log. */
  drawer?: boolean;
  children(view: View): ComponentChildren;
}>;

/** Shows a view, its skeleton while it loads, or its error. After a failure the previous view stays visible below the error. */
export function Loaded<View>({ load: { view, error, ask }, drawer = false, children }: Props<View>): JSX.Element {
  const texts = useTexts();
  const { host } = usePanel();
  const failure =
    error === null ? null : (
      <ErrorNotice
        error={error}
        {...(drawer
          ? {}
          : {
              title: texts.t("load.failed"),
              onShowLog: () => host.notify({ type: "command", command: "showOutput" }),
            })}
        {...(view === null ? {} : { note: texts.t("load.stale") })}
        onRetry={ask}
      />
    );
  if (view === null) return failure ?? (drawer ? <DrawerSkeleton /> : <Skeleton />);
  return (
    <>
      {failure}
      {children(view)}
    </>
  );
}
