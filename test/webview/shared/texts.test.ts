import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { defaultStrings } from "../../../src/webview/shared/strings.ts";
import { createTexts } from "../../../src/webview/shared/texts.ts";

const noon = Date.parse("2026-03-05T23:30:00.000Z");

test("times are shown in the ledger's zone", () => {
  expect(createTexts({}, "en", "Asia/Tokyo").day(noon)).toBe("2026-03-06");
  expect(createTexts({}, "en", "America/New_York").day(noon)).toBe("2026-03-05");
  expect(createTexts({}, "en", "Asia/Tokyo").date(noon)).toBe("Mar 6, 2026");
  expect(createTexts({}, "en", "Asia/Tokyo").dayName("2026-03-06")).toBe("Mar 6, 2026");
});

test("an unknown zone or language does not stop the panel", () => {
  const texts = createTexts({}, "en-US@posix", "Mars/Olympus");
  expect(texts.locale).toBe("en");
  expect(texts.zone).toBeUndefined();
});

test("numbers follow the language, coins have two decimals and changes have a sign", () => {
  const german = createTexts({}, "de", null);
  expect(german.coins(1234.5)).toBe("1.234,50");
  expect(german.signedCoins(1.4)).toBe("+1,40");
  const english = createTexts({}, "en", null);
  expect(english.coins(-4)).toBe("\u22124.00");
  expect(english.signedCoins(0)).toBe("0.00");
  expect(english.signed(3)).toBe("+3");
  expect(english.percent(0.951)).toBe("95%");
});

test("plural forms and placeholders are filled in", () => {
  const texts = createTexts({}, "en", null);
  expect(texts.count("count.runs", 1)).toBe("1 run");
  expect(texts.count("count.runs", 1200)).toBe("1,200 runs");
  expect(texts.t("tile.passRate.count", { passed: 17, total: 20 })).toBe("17 of 20 passed");
});

test("translations are found by their English text", () => {
  const texts = createTexts({ [defaultStrings["filter.agent"]]: "Agent (de)", "{n} runs": "{n} Läufe" }, "de", null);
  expect(texts.t("filter.agent")).toBe("Agent (de)");
  expect(texts.count("count.runs", 2)).toBe("2 Läufe");
  expect(texts.t("filter.project")).toBe("Project");
});

test("every text is used, and its placeholders are words", () => {
  const folder = fileURLToPath(new URL("../../../src/webview/", import.meta.url));
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith("strings.ts"))
    .map((file) => readFileSync(`${folder}${file}`, "utf8"))
    .join("\n");
  // A key is used in full, by its plural stem, or by its prefix in a template.
  const unused = Object.keys(defaultStrings).filter((key) => {
    const stem = key.replace(/\.(one|other)$/, "");
    const beginnings = [...stem.matchAll(/\./g)].map(({ index }) => stem.slice(0, index + 1));
    return (
      ![key, stem].some((name) => sources.includes(`"${name}"`)) && !beginnings.some((part) => sources.includes(`\`${part}\${`))
    );
  });
  expect(unused).toEqual([]);
  for (const text of Object.values(defaultStrings)) {
    expect(text.replace(/\{\w+\}/g, "")).not.toMatch(/[{}]/);
  }
});
