import type { Page } from "playwright-core";

/** Text with too little contrast to its background. */
export type LowContrast = Readonly<{ text: string; ratio: number }>;

/**
 * Checks every visible text and returns those below the WCAG 2.2 ratio of 4.5 (3 for large text). The background is that of the
 * nearest opaque ancestor; disabled controls are exempt, as in WCAG.
 */
export function lowContrast(page: Page): Promise<readonly LowContrast[]> {
  return page.evaluate(() => {
    type Color = Readonly<{ r: number; g: number; b: number; a: number }>;
    const canvas = document.createElement("canvas");
    canvas.width = 1;
    canvas.height = 1;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const parse = (css: string): Color => {
      context?.clearRect(0, 0, 1, 1);
      if (context) context.fillStyle = css;
      context?.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0, a = 0] = context?.getImageData(0, 0, 1, 1).data ?? [];
      return { r, g, b, a: a / 255 };
    };
    const over = (top: Color, below: Color): Color => {
      const mix = (upper: number, lower: number): number => upper * top.a + lower * (1 - top.a);
      return { r: mix(top.r, below.r), g: mix(top.g, below.g), b: mix(top.b, below.b), a: 1 };
    };
    const luminance = ({ r, g, b }: Color): number => {
      const channel = (value: number): number => (value <= 10.31 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    };
    const backgroundOf = (element: Element | null): Color => {
      if (element === null) return { r: 255, g: 255, b: 255, a: 1 };
      const own = parse(getComputedStyle(element).backgroundColor);
      return own.a === 1 ? own : over(own, backgroundOf(element.parentElement));
    };
    const found: { text: string; ratio: number }[] = [];
    for (const element of document.querySelectorAll("#app *")) {
      const text = [...element.childNodes]
        .map((node) => (node.nodeType === Node.TEXT_NODE ? node.textContent : ""))
        .join("")
        .trim();
      const box = element.getBoundingClientRect();
      if (text === "" || box.width < 2 || box.height < 2 || element.closest(":disabled, [aria-disabled=true], option") !== null)
        continue;
      const style = getComputedStyle(element);
      const background = backgroundOf(element);
      const colors = [luminance(over(parse(style.color), background)), luminance(background)];
      const ratio = (Math.max(...colors) + 0.05) / (Math.min(...colors) + 0.05);
      const size = Number.parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5)) found.push({ text, ratio: Math.round(ratio * 100) / 100 });
    }
    return found;
  });
}
