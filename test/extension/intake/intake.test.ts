import { appendFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createFileDebouncer } from "../../../src/extension/intake/debounce-files.ts";
import { openSeenFiles } from "../../../src/extension/intake/processed-files.ts";
import {
  type Recorder,
  recordAllowed,
  recordEvals,
  recordOutputs,
  recordReports,
  refusalIn,
} from "../../../src/extension/intake/record-file.ts";
import { conflict, nothingChanged, storeLocked, unknownFormat } from "../../../src/kernel/errors.ts";
import { temporaryFolder } from "../../support/folder.ts";

const stampOf = async (path: string): Promise<string | undefined> =>
  stat(path).then(
    ({ mtimeMs, size }) => `${mtimeMs}:${size}`,
    () => undefined,
  );

function newDebouncer(onLook: (path: string) => void = () => undefined, groupOf?: (path: string) => string) {
  const batches: string[][] = [];
  const readStamp = (path: string) => {
    onLook(path);
    return stampOf(path);
  };
  const settled = (files: ReadonlyMap<string, string>) => void batches.push([...files.keys()]);
  const settler = createFileDebouncer({
    stampOf: readStamp,
    quietFor: 10,
    settled,
    ...(groupOf === undefined ? {} : { groupOf }),
  });
  onTestFinished(settler.dispose);
  return { settler, batches };
}

describe("the file settler", () => {
  test("reports a file once it stops changing, in its final state", async () => {
    const path = join(temporaryFolder(), "report.json");
    let checks = 0;
    // The file grows before each of the first checks; the settler is notified of every second growth.
    const { settler, batches } = newDebouncer(() => {
      checks += 1;
      if (checks > 6) return;
      expect(batches).toEqual([]);
      appendFileSync(path, " ");
      if (checks % 2 === 0) settler.touch(path);
    });
    writeFileSync(path, "{");
    settler.touch(path);
    await expect.poll(() => batches).toEqual([[path]]);
    expect(statSync(path).size).toBe(7);
    expect(checks).toBe(8);
  });
  test("reports files that settle together in one sorted batch", async () => {
    const folder = temporaryFolder();
    const paths = ["b", "a", "c"].map((name) => join(folder, `${name}.json`));
    const { settler, batches } = newDebouncer();
    for (const path of paths) {
      writeFileSync(path, "{}");
      settler.touch(path);
    }
    await expect.poll(() => batches).toEqual([[...paths].sort()]);
  });
  test("does not report a deleted or forgotten file", async () => {
    const folder = temporaryFolder();
    const [gone, forgotten, kept] = ["gone", "forgotten", "kept"].map((name) => join(folder, name));
    const { settler, batches } = newDebouncer();
    for (const path of [gone, forgotten, kept]) {
      writeFileSync(path ?? "", "{}");
      settler.touch(path ?? "");
    }
    rmSync(gone ?? "");
    settler.forget(forgotten ?? "");
    await expect.poll(() => batches).toEqual([[kept]]);
  });
  test("reports the files of a group together when none of them changes any more", async () => {
    const [folder, other] = [temporaryFolder(), temporaryFolder()];
    const [first, second, third, alone] = [join(folder, "a"), join(folder, "b"), join(folder, "c"), join(other, "d")];
    let checks = 0;
    // A build: the first file is complete at once, the second grows for a while, and the third appears at the end.
    const { settler, batches } = newDebouncer((path) => {
      if (path !== second) return;
      checks += 1;
      if (checks < 5) appendFileSync(second, " ");
      if (checks !== 5) return;
      writeFileSync(third, "{}");
      settler.touch(third);
    }, dirname);
    for (const path of [first, second, alone]) {
      writeFileSync(path, "{}");
      settler.touch(path);
    }
    await expect.poll(() => batches).toEqual([[alone], [first, second, third]]);
    expect([first, second, third].map(settler.isPending)).toEqual([false, false, false]);
  });
  test("does not wait for a deleted file of the group", async () => {
    const folder = temporaryFolder();
    const [gone, kept] = [join(folder, "a"), join(folder, "b")];
    const { settler, batches } = newDebouncer(() => rmSync(gone, { force: true }), dirname);
    for (const path of [gone, kept]) {
      writeFileSync(path, "{}");
      settler.touch(path);
    }
    expect(settler.isPending(gone)).toBe(true);
    await expect.poll(() => batches).toEqual([[kept]]);
  });
  test("reports a file again after another change", async () => {
    const path = join(temporaryFolder(), "report.json");
    const { settler, batches } = newDebouncer();
    writeFileSync(path, "{}");
    settler.touch(path);
    await expect.poll(() => batches.length).toBe(1);
    writeFileSync(path, "{ }");
    settler.touch(path);
    await expect.poll(() => batches.length).toBe(2);
  });
});

/** A recorder that stores its calls; `change` replaces some of its functions. */
function fakeRecorder(change: Partial<Recorder> = {}) {
  const asked: string[] = [];
  const all: Recorder = {
    update: async (path) => void asked.push(`update ${path}`),
    importAll: async (paths) => {
      asked.push(`import ${paths.join(" ")}`);
      return {
        files: paths.length,
        recorded: paths.length,
        duplicates: 0,
        rejected: [],
        disagreements: [],
        warnings: [],
        skipped_files: [],
      };
    },
    ...change,
  };
  return { asked, all };
}

describe("files found automatically", () => {
  const captureLog = () => {
    const lines: string[] = [];
    return { lines, log: { info: (line: string) => void lines.push(line) } };
  };

  test("are left to the user when the check rejects them, with the reason in the log", async () => {
    const { lines, log } = captureLog();
    const { asked, all } = fakeRecorder();
    const refusal = {
      file: "b",
      message: "Did not record b automatically: git tracks it",
      code: "not_automatic",
      hint: "By hand.",
    };
    const outcomes = await recordAllowed(
      ["a", "b"],
      async () => ({ refused: [refusal] }),
      (paths) => recordReports(paths, true, all),
      log,
    );
    expect([...outcomes]).toEqual([
      ["a", "taken"],
      ["b", "by hand"],
    ]);
    expect(asked).toEqual(["update a"]);
    expect(lines).toEqual(["Did not record b automatically: git tracks it. By hand."]);
  });

  test("are not recorded when the check rejects all of them", async () => {
    const { asked, all } = fakeRecorder();
    const refusal = { file: "b", message: "", code: "not_automatic", hint: "" };
    await recordAllowed(
      ["b"],
      async () => ({ refused: [refusal] }),
      (paths) => recordReports(paths, false, all),
      captureLog().log,
    );
    expect(asked).toEqual([]);
  });
});

describe("recording files", () => {
  test("records a few fresh files one by one and many at once", async () => {
    const { asked, all } = fakeRecorder();
    await recordReports(["a", "b"], true, all);
    await recordReports(["c"], false, all);
    await recordReports(["d", "e", "f", "g", "h"], true, all);
    expect(asked).toEqual(["update a", "update b", "import c", "import d e f g h"]);
  });
  test("attributes an error to its file and continues", async () => {
    const { all } = fakeRecorder({
      update: async (path) => {
        if (path === "bad") throw conflict("acme/shop", "claude-code", "r");
      },
    });
    const outcomes = await recordReports(["bad", "good"], true, all);
    expect(outcomes.get("bad")).toMatchObject({ code: "conflict" });
    expect(outcomes.get("good")).toBe("taken");
  });
  test("attributes a store error to no file", async () => {
    const failing = fakeRecorder({
      update: async () => {
        throw storeLocked("/home", "process 1");
      },
    });
    await expect(recordReports(["a"], true, failing.all)).rejects.toMatchObject({ code: "store_locked" });
  });
  test("matches rejections of an import by file and entry", async () => {
    const refusal = { error: "wrong", code: "invalid_report", hint: "mend it", named: true };
    const { all } = fakeRecorder({
      importAll: async (paths) => ({
        files: paths.length,
        recorded: 1,
        duplicates: 0,
        rejected: [
          { file: "a.json", ...refusal },
          { file: "b.json [3]", ...refusal },
        ],
        disagreements: [],
        warnings: [],
        skipped_files: [],
      }),
    });
    const outcomes = await recordReports(["a.json", "b.json", "c.json", "a.json.json"], false, all);
    expect([...outcomes].map(([path, outcome]) => [path, refusalIn(outcome)?.message ?? null])).toEqual([
      ["a.json", "wrong"],
      ["b.json", "wrong"],
      ["c.json", null],
      ["a.json.json", null],
    ]);
  });
});

describe("recording eval results", () => {
  test("reports files that are invalid or too large, and leaves out those that could not be read", async () => {
    const asked: (readonly string[])[] = [];
    const refusal = { file: "b.json", error: "wrong", code: "invalid_eval", hint: "mend it" };
    const unread = { error: "unread", hint: "look" };
    const paths = ["a.json", "b.json", "busy.json", "huge.json", "run.json"];
    const outcomes = await recordEvals(paths, async (files) => {
      asked.push(files);
      return {
        recorded: 1,
        duplicates: 0,
        rejected: [refusal],
        warnings: [],
        unread: [
          { file: "busy.json", code: "unreadable_file", ...unread },
          { file: "huge.json", code: "file_too_large", ...unread },
        ],
        others: ["a.json"],
      };
    });
    expect(asked).toEqual([paths]);
    // A file that could not be read may be an eval result. It is left out, so that it does not count as seen.
    expect(new Map(outcomes)).toEqual(
      new Map<string, unknown>([
        ["a.json", "other"],
        ["b.json", { message: "wrong", hint: "mend it", code: "invalid_eval" }],
        ["huge.json", { message: "unread", hint: "look", code: "file_too_large" }],
        ["run.json", "taken"],
      ]),
    );
  });
});

describe("tool outputs", () => {
  const silent = { info: () => undefined };
  const outputRecorder = (refuse: (files: readonly string[]) => Error | undefined) => {
    const calls: (readonly string[])[] = [];
    const record = async (files: readonly string[]): Promise<void> => {
      calls.push(files);
      const error = refuse(files);
      if (error !== undefined) throw error;
    };
    return { calls, take: (...paths: readonly string[]) => recordOutputs(paths, record, silent) };
  };

  test("are recorded as one review when they arrive together", async () => {
    const { calls, take } = outputRecorder(() => undefined);
    expect([...(await take("a", "b"))]).toEqual([
      ["a", "taken"],
      ["b", "taken"],
    ]);
    expect(calls).toEqual([["a", "b"]]);
  });
  test("are skipped when of unknown format or without new code, and the others are recorded", async () => {
    const { calls, take } = outputRecorder((files) => {
      if (files.includes("other")) return unknownFormat("unknown_format", "other", "no known tool writes this", []);
      return files.includes("old") ? nothingChanged("main") : undefined;
    });
    expect([...(await take("a", "other", "old"))]).toEqual([
      ["a", "taken"],
      ["other", "other"],
      ["old", "other"],
    ]);
    expect(calls).toEqual([["a", "other", "old"], ["a"], ["other"], ["old"]]);
  });
  test("fail with the store's error when it cannot accept them", async () => {
    const { take } = outputRecorder(() => storeLocked("/home", "process 1"));
    await expect(take("a", "b")).rejects.toMatchObject({ code: "store_locked" });
  });
});

describe("the record of processed files", () => {
  const memory = () => {
    const values = new Map<string, unknown>();
    return { get: (key: string) => values.get(key), update: async (key: string, value: unknown) => void values.set(key, value) };
  };
  const refusal = { message: "wrong", hint: "mend it", code: "invalid_report" };

  test("survives the window, including rejections", async () => {
    const store = memory();
    await openSeenFiles(store, "intake.seen", "/home", false).mark(
      new Map([
        ["a", { stamp: "1", refusal: null }],
        ["b", { stamp: "2", refusal }],
      ]),
    );
    const again = openSeenFiles(store, "intake.seen", "/home", false);
    expect([again.has("a", "1"), again.has("a", "2"), again.has("c", "1")]).toEqual([true, false, false]);
    expect([again.refusal("a"), again.refusal("b")]).toEqual([null, refusal]);
    await again.keepOnly(new Set(["b"]));
    expect(openSeenFiles(store, "intake.seen", "/home", false).has("a", "1")).toBe(false);
  });
  test("is ignored for another ledger, for an empty one, or when damaged", async () => {
    const store = memory();
    await openSeenFiles(store, "intake.seen", "/home", false).mark(new Map([["a", { stamp: "1", refusal: null }]]));
    expect(openSeenFiles(store, "intake.seen", "/other", false).has("a", "1")).toBe(false);
    expect(openSeenFiles(store, "intake.seen", "/home", true).has("a", "1")).toBe(false);
    await store.update("intake.seen", { files: [] });
    expect(openSeenFiles(store, "intake.seen", "/home", false).has("a", "1")).toBe(false);
  });
});
