import * as vscode from "vscode";
import * as z from "zod";
import { type CommandName, commandPrefix } from "./ids.ts";

/** What a command does; its arguments come from anywhere and are parsed by it. */
export type Handler = (...args: readonly unknown[]) => Promise<void> | void;

const manifest = z.object({ contributes: z.object({ commands: z.array(z.object({ command: z.string() })) }) });

/**
 * Registers every command of the manifest; what one of them throws is told to the user.
 * @param packageJson the manifest as VS Code has it @param handlers asked at the first command
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
          const known: Readonly<Record<string, Handler>> = await handlers();
          const handler = known[command.slice(commandPrefix.length)];
          if (handler === undefined) throw new TypeError(`${command} has no handler`);
          await handler(...args);
        } catch (error) {
          // Not awaited: the message stays until the user closes it, the command is over.
          void failed(error);
        }
      }),
    ),
  );
}
