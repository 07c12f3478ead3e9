import * as vscode from "vscode";
import * as z from "zod";
import { type CommandName, commandPrefix } from "./ids.ts";

/** Implements a command. Its arguments may come from any source, so the handler parses them. */
export type Handler = (...args: readonly unknown[]) => Promise<void> | void;

const manifest = z.object({ contributes: z.object({ commands: z.array(z.object({ command: z.string() })) }) });

/**
 * Registers every command of the manifest; errors that a command throws are shown to the user.
 * @param packageJson the manifest as loaded by VS Code @param handlers called when a command runs
 */
export function registerCommands(
  packageJson: unknown,
  handlers: () => Promise<Readonly<Record<CommandName, Handler>>>,
  failed: (error: unknown) => Promise<void>,
): vscode.Disposable {
  const { commands } = manifest.parse(packageJson).contributes;
  return vscode.Disposable.from(
    ...commands.map(({ command }) =>
      vscode.commands.registerCommand(command, async (...args: readonly unknown[]) => {
        try {
          const handlersByName: Readonly<Record<string, Handler>> = await handlers();
          const handler = handlersByName[command.slice(commandPrefix.length)];
          if (handler === undefined) throw new TypeError(`${command} has no handler`);
          await handler(...args);
        } catch (error) {
          // Not awaited: the command has finished, but the message stays until the user closes it.
          void failed(error);
        }
      }),
    ),
  );
}
