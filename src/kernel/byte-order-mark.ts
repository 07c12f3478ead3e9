/** A text without the byte order mark that some programs write before it. */
export const stripBom = (text: string): string => (text.startsWith("\uFEFF") ? text.slice(1) : text);
