import * as vscode from "vscode";
import { type CommandName, commandId, commandNames } from "./ids.ts";

/** What a command does; its arguments come from anywhere and are parsed by it. */
export type Handler = (...args: readonly unknown[]) => Promise<void> | void;

/**
 * Registers every command; what one of them throws is told to the user.
 * @param handlers asked at the first command
 */
export function registerCommands(
  handlers: () => Promise<Readonly<Record<CommandName, Handler>>>,
  failed: (error: unknown) => Promise<void>,
): vscode.Disposable {
  return vscode.Disposable.from(
    ...commandNames.map((name) =>
      vscode.commands.registerCommand(commandId(name), async (...args: readonly unknown[]) => {
        try {
          await (await handlers())[name](...args);
        } catch (error) {
          // Not awaited: the message stays until the user closes it, the command is over.
          void failed(error);
        }
      }),
    ),
  );
}
