/**
 * The rooms of `src` and who may import whom (docs/architecture.md). A file outside a room is an error, and so is a circle.
 */
const rooms = {
  domain: { may: [], packages: ["zod"], why: "the domain is pure: facts and folds that any face can recompute, without I/O" },
  disk: { may: ["domain"], why: "disk replaces files safely for every room that keeps some, and knows nothing of their content" },
  journal: { may: ["domain", "disk"], why: "the journal stores facts and knows nothing of what they mean to a screen" },
  index: { may: ["domain"], why: "the index is rebuilt from facts and knows neither disk layout nor screens" },
  store: { may: ["domain", "disk"], why: "the store joins journal and index through ports, so that either can be replaced" },
  inputs: { may: ["domain"], why: "inputs turn files into facts and do not know where facts are kept" },
  system: { may: ["domain", "disk"], why: "system wraps the machine: clock, ids, time zone, files, git" },
  sync: { may: ["domain", "disk"], why: "sync moves facts and does not know what they mean" },
  operations: {
    may: ["domain", "inputs"],
    why: "operations work on ports, never on a concrete store, so that every face gives the same answer",
  },
  compose: {
    may: ["domain", "disk", "journal", "index", "store", "inputs", "system", "sync", "operations"],
    why: "compose builds the real parts and knows no face",
  },
  terminal: { may: ["domain"], why: "terminal lays text out in columns and knows nothing of what it says" },
  cli: { may: ["domain", "operations", "compose", "system", "terminal"], why: "the command line is a face over the operations" },
  collector: {
    may: ["domain", "disk", "operations", "compose", "system", "terminal"],
    why: "the collector is a face for test programs over the same operations",
  },
  worker: {
    may: ["domain", "operations", "compose", "system", "protocol"],
    why: "the worker is the extension's way to the operations",
  },
  program: { may: ["cli", "worker"], why: "the program only chooses between the faces that share its bundle" },
  protocol: { may: ["domain", "operations"], why: "the protocol holds types both sides of a wire share" },
  extension: {
    may: ["domain", "disk", "operations", "protocol"],
    why: "the extension's main thread must not load the store: it asks the worker",
  },
  webview: { may: ["protocol", "operations", "domain"], why: "the webview is disposable and gets everything by message" },
};

/** The packages that may be in what ships. All others in package.json build and test it. */
const bundled = [
  "@pydantic/genai-prices",
  "@supabase/supabase-js",
  "canonicalize",
  "cli-progress",
  "commander",
  "csv-stringify",
  "git-url-parse",
  "jsonc-parser",
  "luxon",
  "open",
  "picocolors",
  "preact",
  "proper-lockfile",
  "sparkly",
  "sql.js",
  "string-width",
  "tinyglobby",
  "uplot",
  "uuid",
  "wrap-ansi",
  "zod",
];

const files = ["compose", "program"];
const room = (name) => (files.includes(name) ? `^src/${name}\\.ts$` : `^src/${name}/`);
const names = Object.keys(rooms);

export default {
  forbidden: [
    ...names.map((name) => ({
      name: `room-${name}`,
      severity: "error",
      comment: `${name} may import ${rooms[name].may.join(", ") || "no other room"}: ${rooms[name].why}.`,
      from: { path: room(name) },
      to: { path: "^src/", pathNot: [name, ...rooms[name].may].map(room) },
    })),
    {
      name: "domain-packages",
      severity: "error",
      comment: "The domain imports nothing but zod: everything else comes in through ports.",
      from: { path: room("domain") },
      to: { pathNot: ["^src/", "^node_modules/zod/"] },
    },
    {
      name: "operations-packages",
      severity: "error",
      comment: "Operations reach the machine through ports only; pure formatting libraries are fine.",
      from: { path: room("operations") },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "vscode-only-in-extension",
      severity: "error",
      comment: "Only the extension room knows VS Code, so that everything else runs in a terminal too.",
      from: { path: "^src/", pathNot: room("extension") },
      to: { path: "^vscode$|@types/vscode" },
    },
    {
      name: "webview-types-only",
      severity: "error",
      comment: "The webview takes types, never code, from the other rooms: it is parsed and served as browser code on its own.",
      from: { path: room("webview") },
      to: { path: "^src/(protocol|operations|domain)/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "sql-only-in-index",
      severity: "error",
      comment: "SQL lives in the index room.",
      from: { path: "^src/", pathNot: room("index") },
      to: { path: "node_modules/sql\\.js" },
    },
    {
      name: "supabase-only-in-its-transport",
      severity: "error",
      comment: "One file knows Supabase's client, and is loaded only when something is asked of a server.",
      from: { path: "^src/", pathNot: "^src/sync/supabase\\.ts$" },
      to: { path: "node_modules/@supabase" },
    },
    {
      name: "no-room",
      severity: "error",
      comment: "Every file of src belongs to a room (docs/architecture.md).",
      from: { path: "^src/", pathNot: names.map(room) },
      to: {},
    },
    {
      name: "no-circle",
      severity: "error",
      comment: "A circle has no direction of flow.",
      from: { path: "^src/" },
      to: { circular: true },
    },
    {
      name: "bundled-packages",
      severity: "error",
      comment:
        "Everything that src imports is bundled and shipped. A package is added to the list when its licence and size are right.",
      from: { path: "^src/" },
      to: {
        path: "node_modules/",
        dependencyTypesNot: ["type-only"],
        pathNot: ["node_modules/@types/", ...bundled.map((name) => `node_modules/${name}/`)],
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default"],
      mainFields: ["module", "main"],
    },
  },
};
