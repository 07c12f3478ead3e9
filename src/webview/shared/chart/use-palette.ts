import { useEffect, useState } from "preact/hooks";
import { type Palette, readPalette } from "./palette.ts";

/**
 * The theme's palette. It is reread on a theme change, when VS Code rewrites the classes of `body` and the variables of `html`.
 */
export function usePalette(): Palette {
  const [palette, setPalette] = useState(() => readPalette(document.body));
  useEffect(() => {
    const observer = new MutationObserver(() => setPalette(readPalette(document.body)));
    observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });
    return () => observer.disconnect();
  }, []);
  return palette;
}
