import type { Page } from "../features/shared/operation.ts";
import type { Document } from "../kernel/document.ts";
import { htmlText } from "../render/html/document.ts";
import { markdownText } from "../render/markdown/document.ts";
import type { Style } from "../render/terminal/style.ts";

/** A page is read anywhere and at any time, whatever terminal it is made in. */
export const pageStyle = (style: Style): Style => ({ ...style, interactive: false, width: null });

const moreRows = (count: number): string => `and ${count} more; --json lists them all`;

/** A document as a file of its own. */
export function pageText({ format, title }: Page, document: Document): string {
  switch (format) {
    case "markdown":
      return markdownText(title, document, moreRows);
    case "html":
      return htmlText(title, document);
    default:
      return format satisfies never;
  }
}
