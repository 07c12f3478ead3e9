import type { JSX } from "preact";
import type { TrendsTab } from "../../protocol/trends-panel.ts";
import { useTexts } from "./contexts.ts";
import { moveFocus } from "./roving-focus.ts";
import type { Tab } from "./tab.tsx";

type Props = Readonly<{ tabs: readonly Tab[]; tab: TrendsTab; onTab(tab: TrendsTab): void }>;

export const tabPanelId = "tab-panel";
export const tabId = (tab: TrendsTab): string => `tab-${tab}`;

/** The list of tabs; arrow keys move the focus and show the focused tab. */
export function TabList({ tabs, tab, onTab }: Props): JSX.Element {
  const texts = useTexts();
  return (
    <div
      class="tabs"
      role="tablist"
      aria-label={texts.t("panel.tabs")}
      onKeyDown={(event) => {
        if (!moveFocus(event, event.currentTarget, "[role=tab]")) return;
        const focused = tabs.find(({ id }) => tabId(id) === document.activeElement?.id);
        if (focused !== undefined) onTab(focused.id);
      }}
    >
      {tabs.map(({ id, label }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={tabId(id)}
          aria-selected={id === tab}
          aria-controls={tabPanelId}
          tabIndex={id === tab ? 0 : -1}
          onClick={() => onTab(id)}
        >
          {texts.t(label)}
        </button>
      ))}
    </div>
  );
}
