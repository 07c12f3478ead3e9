import { readXml, type XmlElement } from "../../../shared/input/xml.ts";
import { createCollector, defineFormat, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf } from "./entries.ts";
import { parseLineNumber } from "./text.ts";

/** As Cppcheck itself maps them in SARIF. */
export const cppcheckSeverities = severitiesOf({ error: ["error"], warning: ["warning", "portability", "performance", "style"] });

/** https://cppcheck.sourceforge.io/manual.html#xml-output */
export const cppcheck = defineFormat({
  form: "xml",
  id: "cppcheck",
  title: "Cppcheck XML",
  looksFor: "XML with the root element `results` and `cppcheck` in it",
  severities: cppcheckSeverities,
  gives: "the first place of a finding",
  lacks: "fixable; what is information about the check itself is skipped",
  claims: ({ root, text }) => root === "results" && /<cppcheck[\s/]|<results>/.test(text.slice(0, 1000)),
  read({ text }, target) {
    const collector = createCollector();
    let place: XmlElement | undefined;
    readXml(text, target, {
      open(element, parents) {
        if (element.name === "error") place = undefined;
        // Later locations are the path that leads to the first.
        else if (element.name === "location" && parents.at(-1)?.name === "error") place ??= element;
      },
      close({ name, attributes, line: at }) {
        if (name !== "error") return;
        const [id, message, word] = ["id", "msg", "severity"].map((key) => attributes.get(key));
        // Version 1 has the place in the error itself.
        const location = place?.attributes ?? attributes;
        if (id === undefined || message === undefined) collector.skip(`line ${at}`, "id or msg: is missing");
        else if (word === "information" || word === "none" || word === "debug") collector.skip(`line ${at}`, message);
        else {
          const details = { severity: severityOf(cppcheckSeverities, word), message };
          collector.findings.push(
            findingOf({
              tool: "cppcheck",
              rule: id,
              ...details,
              path: location.get("file") ?? null,
              line: parseLineNumber(location.get("line")),
            }),
          );
        }
      },
    });
    return collector.reading();
  },
});
