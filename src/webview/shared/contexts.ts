import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type Texts, textsOf } from "./texts.ts";

/** Words and formats for every component below; English until the host has told the language. */
export const TextsContext = createContext<Texts>(textsOf({}, "en", null));

export const useTexts = (): Texts => useContext(TextsContext);
