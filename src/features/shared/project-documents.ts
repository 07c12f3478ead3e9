import { notFound } from "../../kernel/errors.ts";
import { fenced } from "../../kernel/model-text.ts";
import type { Ports } from "../../ports/ports.ts";

/** Documents in which projects describe themselves. */
export const usualDocuments = ["AGENTS.md", "GAIA.md", "ARCHITECTURE.md", "PROJECT_MAP.md"] as const;

type ProjectText = Readonly<{ file: string; text: string }>;

/**
 * Returns the documents that describe the project, in order: those in the settings, each of which must exist, or else those of
 * the usual ones that exist.
 * @throws not_found
 */
export async function documentsOf({
  surroundings,
  models,
}: Pick<Ports, "surroundings" | "models">): Promise<readonly ProjectText[]> {
  const { documents: chosen } = await models.settings();
  const found: ProjectText[] = [];
  for (const file of chosen ?? usualDocuments) {
    const text = await surroundings.projectFiles.text(file);
    if (text !== null) found.push({ file, text });
    else if (chosen !== null) throw notFound(`the document ${file}`, "Write it, or leave it out of prompt.documents.");
  }
  return found;
}

/** Returns a document as it is shown to a model. It comes with the checkout, so it is fenced as data. */
export const documentBlock = (file: string, text: string): string => fenced("document", `${file}\n\n${text.trim()}`);
