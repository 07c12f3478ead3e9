import { getLanguageService, type JSONSchema, TextDocument } from "vscode-json-languageservice";

const schemaUri = "schema://contributed";

/** The language service of VS Code's JSON editor, with a schema that the manifest contributes. `|` in a text marks the cursor. */
export function schemaEditor(contributed: unknown) {
  const service = getLanguageService({});
  const schema: JSONSchema = JSON.parse(JSON.stringify(contributed));
  service.configure({ validate: true, schemas: [{ uri: schemaUri, fileMatch: ["*"], schema }] });
  const open = (text: string) => {
    const document = TextDocument.create("file:///some.json", "json", 1, text);
    return { document, json: service.parseJSONDocument(document) };
  };
  return {
    async problems(value: unknown): Promise<readonly unknown[]> {
      const { document, json } = open(JSON.stringify(value));
      return (await service.doValidation(document, json)).map(({ message }) => message);
    },
    async completions(text: string): Promise<readonly string[]> {
      const { document, json } = open(text.replace("|", ""));
      const list = await service.doComplete(document, document.positionAt(text.indexOf("|")), json);
      return (list?.items ?? []).map(({ label }) => label);
    },
    async hover(text: string): Promise<string> {
      const { document, json } = open(text.replace("|", ""));
      const hover = await service.doHover(document, document.positionAt(text.indexOf("|")), json);
      return JSON.stringify(hover?.contents ?? "");
    },
  };
}
