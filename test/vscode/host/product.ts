import * as vscode from "vscode";
import * as z from "zod";

const command = z.looseObject({ command: z.string(), title: z.string() });

/** The parts of the extension's manifest that the suites read, with `%keys%` translated by VS Code. */
const manifest = z.looseObject({
  engines: z.looseObject({ vscode: z.string() }),
  contributes: z.looseObject({
    commands: z.array(command),
    configuration: z.looseObject({ properties: z.record(z.string(), z.looseObject({ default: z.unknown() })) }),
    views: z.record(z.string(), z.array(z.looseObject({ id: z.string(), name: z.string() }))),
    menus: z.record(z.string(), z.array(z.looseObject({ command: z.string().optional() }))),
  }),
});

/** The extension under test. */
export function product(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension("reward-ledger.reward-ledger");
  if (found === undefined) throw new Error("The extension is not installed in this host");
  return found;
}

export const productManifest = (): z.infer<typeof manifest> => manifest.parse(product().packageJSON);
