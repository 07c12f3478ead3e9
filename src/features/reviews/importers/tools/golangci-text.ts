import { defineLineFormat } from "./text.ts";

/** https://golangci-lint.run/docs/configuration/file/#output-configuration */
export const golangciText = defineLineFormat({
  tool: "golangci-lint",
  id: "golangci-lint-text",
  title: "golangci-lint, text",
  looksFor: "lines such as `a.go:3:5: … (errcheck)`",
  severities: new Map([["error", "error"]]),
  gives: "rules by the linter that found it, all as errors",
  lacks: "severities, fixable",
  pattern: /^(?<path>(?:\S.*?)?(?:\.go|\bgo\.(?:mod|sum|work))):(?<line>\d+)(?::\d+)?: (?<message>.*) \((?<rule>[a-z][\w-]*)\)$/,
});
