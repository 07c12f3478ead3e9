import { stat } from "node:fs/promises";
import { cancelled } from "../kernel/errors.ts";
import type { Ask } from "./prompt.ts";

type Values = Readonly<Record<string, unknown>>;

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    // What cannot be looked at is met again, and told, when it is written.
    return false;
  }
}

/** Asks before a command replaces the file that `out` names. @throws cancelled unless the answer is yes */
export async function confirmReplace(values: Values, ask: Ask): Promise<Values> {
  const { out, force } = values;
  if (typeof out !== "string" || force === true || !(await isFile(out))) return values;
  const answer = await ask({ text: `${out} exists. Replace it? (yes/no)`, otherwise: "no" });
  if (!/^y(es)?$/i.test(answer)) throw cancelled(`${out} stands as it was`);
  return { ...values, force: true };
}
