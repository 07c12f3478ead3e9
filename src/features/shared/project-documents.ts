import { notFound } from "../../kernel/errors.ts";
import { fenceText } from "../../kernel/model-text.ts";
import type { Ports } from "../../ports/ports.ts";

/** Documents in which projects describe themselves. */
export const defaultDocuments = ["AGENTS.md", "GAIA.md", "ARCHITECTURE.md", "PROJECT_MAP.md"] as const;

type ProjectDocument = Readonly<{ file: string; text: string }>;

/**
 * Returns the documents that describe the project, in order: those in the settings, each of which must exist, or else those of
 * the usual ones that exist.
 * @throws not_found
 */
export async function readProjectDocuments({
  surroundings,
  models,
}: Pick<Ports, "surroundings" | "models">): Promise<readonly ProjectDocument[]> {
  const { documents: configured } = await models.settings();
  const documents: ProjectDocument[] = [];
  for (const file of configured ?? defaultDocuments) {
    const text = await surroundings.projectFiles.text(file);
    if (text !== null) documents.push({ file, text });
    else if (configured !== null) throw notFound(`the document ${file}`, "Write it, or leave it out of prompt.documents.");
  }
  return documents;
}

/** Returns a document as it is shown to a model. It comes with the checkout, so it is fenced as data. */
export const documentBlock = (file: string, text: string): string => fenceText("document", `${file}\n\n${text.trim()}`);
