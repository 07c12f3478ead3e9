import { type Block, bad, counted, type Document, good, group, paragraph, type Words } from "../../../kernel/document.ts";
import type { MigrationsView } from "../../../ports/sync.ts";

const toParagraphs = (texts: readonly string[]): readonly Block[] => texts.map((text) => paragraph(text));

/** Lists the files of this version, where they were written, and which ones the server lacks. */
export function migrationsDocument({ files, out, server, missing }: MigrationsView, words: Words): Document {
  const { t, number } = words;
  const written =
    out === null ? [] : [paragraph(t("{0} written to {1}.", counted(words, files.length, "{0} file", "{0} files"), out))];
  if (missing === null) return out === null ? [group(...toParagraphs(files))] : written;
  return [
    ...written,
    paragraph(t("Last on the server: {0}", server ?? t("none"))),
    missing.length === 0
      ? paragraph(good(t("The server has all {0} migrations.", number(files.length))))
      : group(
          paragraph(bad(t("The server lacks:"))),
          ...toParagraphs(missing),
          paragraph(t("Apply them in order, then all files that come after the first of them again.")),
        ),
  ];
}
