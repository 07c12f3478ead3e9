import type { JSX } from "preact";
import type { TrendsTab } from "../../protocol/trends-panel.ts";
import { useTexts } from "./contexts.ts";
import { moveFocus } from "./roving-focus.ts";
import { tabs } from "./state.ts";

type Props = Readonly<{ tab: TrendsTab; onTab(tab: TrendsTab): void }>;

export const tabPanelId = "tab-panel";
export const tabId = (tab: TrendsTab): string => `tab-${tab}`;

/** The tabs; arrow keys go from one to the next and show it. */
export function TabList({ tab, onTab }: Props): JSX.Element {
  const texts = useTexts();
  return (
    <div
      class="tabs"
      role="tablist"
      aria-label={texts.t("panel.tabs")}
      onKeyDown={(event) => {
        if (!moveFocus(event, event.currentTarget, "[role=tab]")) return;
        const focused = tabs.find((one) => tabId(one) === document.activeElement?.id);
        if (focused !== undefined) onTab(focused);
      }}
    >
      {tabs.map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          id={tabId(one)}
          aria-selected={one === tab}
          aria-controls={tabPanelId}
          tabIndex={one === tab ? 0 : -1}
          onClick={() => onTab(one)}
        >
          {texts.t(`tab.${one}`)}
        </button>
      ))}
    </div>
  );
}
