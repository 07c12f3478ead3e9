import { expect, it } from "vitest";
import { isOfRevision } from "../../../../src/features/report/model/revision.ts";

const commit = "1f2e3d4c5b6a79881f2e3d4c5b6a79881f2e3d4c";

it.each([
  ["main", { branch: "main", commit: null }, true],
  ["origin/main", { branch: "main", commit: null }, true],
  ["refs/heads/fix/cart", { branch: "fix/cart", commit: null }, true],
  ["refs/remotes/upstream/main", { branch: "main", commit: null }, true],
  ["main", { branch: "domain/main", commit: null }, false],
  ["main", { branch: null, commit }, false],
  ["", { branch: "", commit: "" }, false],
  ["origin/", { branch: "", commit: "" }, false],
  [commit, { branch: null, commit }, true],
  [commit.toUpperCase(), { branch: null, commit }, true],
  ["1f2e3d4", { branch: null, commit }, true],
  [commit, { branch: "", commit: "1f2e3d4" }, true],
  ["1f2e3d", { branch: null, commit }, false],
  ["1f2e3d5", { branch: null, commit }, false],
  ["deadbeef", { branch: "deadbeef", commit: null }, true],
])("revision %j matches %j: %j", (revision, stated, expected) => expect(isOfRevision(stated, revision)).toBe(expected));
