import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readSettings, requireSettings } from "../../src/sync/user-settings.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";

it.each([
  ["no JSON", "{"],
  ["a value of another kind", '{"gate.commands": 1}'],
])("settings with %s count as empty, and fail with the file named once where they are required", async (_, text) => {
  const home = writeFiles(temporaryFolder(), { "settings.json": text });
  const path = join(home, "settings.json");
  const { settings, complaint } = await readSettings(home);
  expect(settings).toEqual({});
  expect(complaint?.startsWith(`${path}: `)).toBe(true);
  const message = await requireSettings(home).then(String, (error: unknown) => (error instanceof Error ? error.message : ""));
  expect(message.split(path)).toHaveLength(2);
});

it("a folder in place of the settings file is reported with its path once", async () => {
  const home = temporaryFolder();
  const path = join(home, "settings.json");
  mkdirSync(path);
  expect(await readSettings(home)).toEqual({ settings: {}, complaint: `${path}: it is a folder` });
  await expect(requireSettings(home)).rejects.toThrow(`Failed to read ${path}: it is a folder`);
});

it("missing settings are empty and cause no error", async () => {
  expect(await requireSettings(temporaryFolder())).toEqual({});
});

it.each([
  ["UTF-8 with a byte order mark", Buffer.from('\uFEFF{"sync.team":"acme"}')],
  ["UTF-16", Buffer.from('\uFEFF{"sync.team":"acme"}', "utf16le")],
])("settings are read as %s, as Windows editors save them", async (_, bytes) => {
  const home = temporaryFolder();
  writeFileSync(join(home, "settings.json"), bytes);
  expect(await requireSettings(home)).toEqual({ "sync.team": "acme" });
});
