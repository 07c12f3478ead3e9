import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Host } from "./host.ts";
import type { PanelAction } from "./state.ts";
import { createTexts, type Texts } from "./texts.ts";

/** Texts and formats for every component below; English until the host has sent the language. */
export const TextsContext = createContext<Texts>(createTexts({}, "en", null));

export const useTexts = (): Texts => useContext(TextsContext);

/** The host and the state dispatcher for every component below; constant as long as the panel is open. */
export type Panel = Readonly<{ host: Host; dispatch(action: PanelAction): void }>;

export const PanelContext = createContext<Panel | null>(null);

export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (panel === null) throw new Error("The component is outside the panel");
  return panel;
}
