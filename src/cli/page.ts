import type { Page } from "../features/shared/operation.ts";
import type { Document } from "../kernel/document.ts";
import { htmlText } from "../render/html/document.ts";
import { markdownText } from "../render/markdown/document.ts";
import type { Style } from "../render/terminal/style.ts";

/** The style of a page, which is read anywhere and at any time, so it does not depend on the terminal in which it is made. */
export const pageStyle = (style: Style): Style => ({ ...style, interactive: false, width: null });

const moreRows = (count: number): string => `and ${count} more; --json lists them all`;

/** A document as a separate file. */
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
