import * as vscode from "vscode";
import * as z from "zod";
import { rowReplaced } from "../../kernel/errors.ts";
import { type CommandName, commandPrefix } from "./ids.ts";

/** Implements a command. Its arguments may come from any source, so the handler parses them. */
export type Handler = (...args: readonly unknown[]) => Promise<void> | void;

const commandList = z.array(z.object({ command: z.string() }));
const manifest = z.object({
  contributes: z.object({
    commands: commandList,
    menus: z.object({ "view/item/context": commandList, "view/title": commandList }),
  }),
});

/**
 * Whether a row's menu ran the command after VS Code had dropped the row to redraw its view: the row is then missing among the
 * arguments. The palette and keys pass no arguments at all. A view's title passes the focused row, which may be none.
 */
const lostRow = (isRowCommand: boolean, args: readonly unknown[]): boolean =>
  isRowCommand && args.length > 0 && (args[0] === undefined || args[0] === null);

/**
 * Registers every command of the manifest; errors that a command throws are shown to the user. A command that has lost its row
 * does not run, because without a row it would apply to another one or ask for one.
 * @param packageJson the manifest as loaded by VS Code @param handlers called when a command runs
 */
export function registerCommands(
  packageJson: unknown,
  handlers: () => Promise<Readonly<Record<CommandName, Handler>>>,
  failed: (error: unknown) => Promise<void>,
): vscode.Disposable {
  const { commands, menus } = manifest.parse(packageJson).contributes;
  const titleCommands = new Set(menus["view/title"].map(({ command }) => command));
  const rowCommands = new Set(
    menus["view/item/context"].map(({ command }) => command).filter((command) => !titleCommands.has(command)),
  );
  return vscode.Disposable.from(
    ...commands.map(({ command }) =>
      vscode.commands.registerCommand(command, async (...args: readonly unknown[]) => {
        try {
          if (lostRow(rowCommands.has(command), args)) throw rowReplaced();
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
