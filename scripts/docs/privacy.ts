import type * as z from "zod";
import { allStores } from "../../src/features/agent/model/stores.ts";
import { shapedKinds } from "../../src/features/facts/kinds.ts";
import { fieldsOf, type Privacy } from "../../src/kernel/privacy.ts";
import { table } from "./table.ts";

const columns: readonly Readonly<{ head: string; privacies: readonly Privacy[] }>[] = [
  { head: "leaves as it is", privacies: ["plain"] },
  { head: "message", privacies: ["message"] },
  { head: "path", privacies: ["path"] },
  { head: "prompt or transcript", privacies: ["transcript", "transcript hash"] },
  { head: "hash of the content", privacies: ["content hash"] },
];

function row(name: string, schema: z.ZodType): readonly string[] {
  const marked = fieldsOf(schema).filter(({ isMarked }) => isMarked);
  return [
    `\`${name}\``,
    ...columns.map(({ privacies }) =>
      marked
        .filter(({ privacy }) => privacies.includes(privacy))
        .map(({ place }) => `\`${place}\``)
        .join(", "),
    ),
  ];
}

/** The privacy class of each text field in facts and stores. */
export const privacyReference = async (): Promise<string> =>
  table(
    ["kind or store", ...columns.map(({ head }) => head)],
    [
      ...Object.values(shapedKinds).map(({ kind, data }) => row(kind, data)),
      ...allStores.map((store) => row(store.name, store.row)),
    ],
  );
