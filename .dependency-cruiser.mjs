/**
 * The rooms of `src` and who may import whom (docs/architecture.md). A file outside a room is an error, and so is a circle.
 * The flow is kernel ← models ← ports ← ledger, platform, sync ← features ← faces.
 */
const models = "^src/features/([^/]+/model|facts)/";
const importers = "^src/features/[^/]+/importers/";
const shared = "^src/features/shared/";
const assembly = "^src/features/(index/|operations\\.ts$)";
/** Features that join others: what they answer is made of several features' answers. Each with its reason. */
export const joins = {
  check: "its thresholds are on reviews, evals and spending",
  costs: "costs come from evals, spending and sessions, with the reviews of their branches",
  critique: "what a model says of a change is kept in the agent's audit",
  digest: "a week's digest has the work of the agent and what came of its rules",
  gate: "who may merge without a human follows from the agent's binding, tier and record",
  hooks: "an agent's events become rows of its stores, and start reviews",
  intake: "an import takes reports and eval results alike",
  maintenance: "it checks all that the ledger keeps",
  report: "a report of a change has its reviews and evals",
  sample: "the made-up history has reviews and evals",
  "self-fix": "a fix of feedback moves rows of the agent's stores, and is judged by the gate",
  sessions: "sessions and their cost are rows of the agent's stores",
};
const features = ["reviews", "evals", "agent", "connect", "prompt", "rules", "team", ...Object.keys(joins)];

export const rooms = {
  kernel: {
    what: "what everything builds on: the fact envelope, documents, errors, escaping, time, statistics",
    is: "^src/kernel/",
    may: [],
    why: "the kernel is pure: what every other room builds on, without I/O",
  },
  models: {
    what: "`features/*/model` and `features/facts`: what facts mean, as schemas and folds",
    is: models,
    may: ["kernel"],
    why: "a model is the meaning of facts: schemas and folds that any face can recompute",
  },
  ports: {
    what: "what operations need from ledger, machine and team, as types",
    is: "^src/ports/",
    may: ["kernel", "models"],
    why: "ports say what operations need, never who provides it",
  },
  disk: {
    what: "`platform/disk`: replacing a file as a whole, modes, what a failure of the disk means, whether a process runs",
    is: "^src/platform/disk/",
    may: ["kernel"],
    why: "disk replaces files safely for every room that keeps some, and knows nothing of their content",
  },
  ledger: {
    what: "`log` (segments, lock, recovery, hash chain), `index` (the SQLite engine), append, catch-up, checkpoint, verify, summary",
    is: "^src/ledger/",
    may: ["kernel", "models", "ports", "disk"],
    why: "the ledger stores facts and keeps the index behind a port; it knows neither questions nor screens",
  },
  platform: {
    what: "clock, ids, time zone, files, git, prices, model calls",
    is: "^src/platform/",
    may: ["kernel", "models", "ports"],
    why: "the platform wraps the machine: clock, files, git, prices",
  },
  sync: {
    what: "facts to and from a team: what leaves, sign-in, the transport to Supabase",
    is: "^src/sync/",
    may: ["kernel", "models", "ports", "platform"],
    why: "sync moves facts and answers no question",
  },
  features: {
    what: "one folder a capability: `model`, `index` (tables, apply, queries), `importers`, `operations`, `documents`",
    is: "^src/features/",
    may: ["kernel", "models", "ports", "ledger"],
    why: "operations work on ports, never on a concrete store, so that every face gives the same answer",
  },
  render: {
    what: "documents as text of a terminal, as Markdown, as a page of HTML",
    is: "^src/render/",
    may: ["kernel"],
    why: "rendering lays documents out and knows nothing of what they say",
  },
  compose: {
    what: "builds the real parts once",
    is: "^src/compose\\.ts$",
    may: ["kernel", "models", "ports", "ledger", "platform", "sync", "features"],
    why: "compose builds the real parts and knows no face",
  },
  "summary-answers": {
    what: "`status`, `agents` and `statusline` from the summary, without the program",
    is: "^src/summary-answers\\.ts$",
    may: ["kernel", "models", "ports", "ledger", "disk", "platform", "features", "render", "cli"],
    why: "an answer from the summary is built from the same parts as the full program, so both agree",
  },
  hook: {
    what: "`hook` as agents call it, without the program",
    is: "^src/hook\\.ts$",
    may: ["kernel", "models", "ports", "disk", "platform"],
    why: "a hook runs inside of an agent's work: it keeps the event and loads nothing else",
  },
  cli: {
    what: "the command line: arguments, help and exit codes; commands are derived from operations",
    is: "^src/cli/",
    may: ["kernel", "models", "ports", "features", "compose", "summary-answers", "hook", "platform", "render", "mcp"],
    why: "the command line is a face over the operations, and starts the face for agents",
  },
  mcp: {
    what: "the server of the Model Context Protocol: its tools are derived from operations",
    is: "^src/mcp/",
    may: ["kernel", "models", "ports", "features", "platform"],
    why: "the tools of agents are a face over the operations, which the command line starts with its ports",
  },
  collector: {
    what: "the library for test programs, which records an eval run while it goes on",
    is: "^src/collector/",
    may: ["kernel", "models", "ports", "features", "compose", "platform", "render"],
    why: "the collector is a face for test programs over the same operations",
  },
  worker: {
    what: "the store in a thread of its own, for the extension",
    is: "^src/worker/",
    may: ["kernel", "models", "ports", "features", "compose", "platform", "protocol", "render"],
    why: "the worker is the extension's way to the operations",
  },
  program: {
    what: "the bundle that command line and worker share",
    is: "^src/program\\.ts$",
    may: ["cli", "worker"],
    why: "the program only chooses between the faces that share its bundle",
  },
  protocol: {
    what: "messages between threads and to the webview",
    is: "^src/protocol/",
    may: ["kernel", "models", "ports", "features"],
    why: "the protocol holds types both sides of a wire share",
  },
  extension: {
    what: "activation, commands, status bar, trees, panels",
    is: "^src/extension/",
    may: ["kernel", "models", "ports", "features", "platform", "protocol", "render"],
    why: "the extension's main thread must not load the store: it asks the worker",
  },
  webview: {
    what: "browser code of the panel: one folder a tab, and what they share",
    is: "^src/webview/",
    may: ["protocol", "features", "models", "kernel", "ports"],
    why: "the webview is disposable and gets everything by message",
  },
};

/** The packages that may be in what ships. All others in package.json build and test it. */
const bundled = [
  "@modelcontextprotocol/server",
  "@pydantic/genai-prices",
  "@secretlint/core",
  "@secretlint/secretlint-rule-preset-recommend",
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
  "sax",
  "smol-toml",
  "sparkly",
  "sql.js",
  "string-width",
  "tinyglobby",
  "uplot",
  "uuid",
  "wrap-ansi",
  "yauzl",
  "zod",
];

/** What tabs of the panel share; every other folder of the webview is a tab. */
const betweenTabs = "^src/webview/(shared|runs|styles)/";

const names = Object.keys(rooms);
const room = (name) => rooms[name].is;

export default {
  forbidden: [
    ...names.map((name) => ({
      name: `room-${name}`,
      severity: "error",
      comment: `${name} may import ${rooms[name].may.join(", ") || "no other room"}: ${rooms[name].why}.`,
      from: { path: room(name), ...(name === "features" ? { pathNot: models } : {}) },
      to: { path: "^src/", pathNot: [name, ...rooms[name].may].map(room) },
    })),
    ...features.map((feature) => ({
      name: `feature-${feature}`,
      severity: "error",
      comment: `${feature} may import other features' models and importers, not what they answer with: features must not depend on one another.`,
      from: { path: `^src/features/${feature}/` },
      to: {
        path: "^src/features/",
        pathNot: [
          `^src/features/${feature}/`,
          models,
          importers,
          shared,
          "^src/features/index/(session|lookup-cache)\\.ts$",
          ...(feature in joins ? features.map((other) => `^src/features/${other}/(operations|index|documents)/`) : []),
        ],
      },
    })),
    {
      name: "webview-tabs",
      severity: "error",
      comment: "A tab of the panel does not know the others: what two tabs show alike is in webview/shared.",
      from: { path: "^src/webview/([^/]+)/", pathNot: betweenTabs },
      to: { path: "^src/webview/[^/]+/", pathNot: ["^src/webview/$1/", betweenTabs] },
    },
    {
      name: "features-shared",
      severity: "error",
      comment: "What features share knows none of them but their models and the formats that they read.",
      from: { path: shared },
      to: { path: "^src/features/", pathNot: [shared, models, importers] },
    },
    {
      name: "features-assembly",
      severity: "error",
      comment: "Only compose and the faces use the lists in which the features are put together.",
      from: { path: "^src/features/", pathNot: assembly },
      to: { path: assembly, pathNot: "^src/features/index/(session|lookup-cache)\\.ts$" },
    },
    {
      name: "pure-packages",
      severity: "error",
      comment: "Kernel and models import nothing but zod: everything else comes in through ports.",
      from: { path: [room("kernel"), models] },
      to: { pathNot: ["^src/", "^node_modules/zod/"] },
    },
    {
      name: "operations-packages",
      severity: "error",
      comment: "Operations reach the machine through ports only; pure formatting libraries are fine.",
      from: { path: ["^src/features/[^/]+/operations/", shared] },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "features-use-the-index-engine-only",
      severity: "error",
      comment: "A feature's tables use the engine of the index; the log and the store stay behind ports.",
      from: { path: room("features") },
      to: { path: room("ledger"), pathNot: "^src/ledger/index/" },
    },
    {
      name: "vscode-only-in-extension",
      severity: "error",
      comment: "Only the extension knows VS Code, so that everything else runs in a terminal too.",
      from: { path: "^src/", pathNot: room("extension") },
      to: { path: "^vscode$|@types/vscode" },
    },
    {
      name: "webview-types-only",
      severity: "error",
      comment: "The webview takes types, never code, from the other rooms: it is parsed and served as browser code on its own.",
      from: { path: room("webview") },
      to: { path: "^src/", pathNot: room("webview"), dependencyTypesNot: ["type-only"] },
    },
    {
      name: "sql-only-in-index",
      severity: "error",
      comment: "SQL lives in the index: its engine and the features' tables.",
      from: { path: "^src/", pathNot: ["^src/ledger/index/", "^src/features/index/", "^src/features/[^/]+/index/"] },
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
      name: "mcp-only-in-its-transport",
      severity: "error",
      comment: "One file knows the SDK of the Model Context Protocol, and is loaded only when a server is started.",
      from: { path: "^src/", pathNot: "^src/mcp/sdk-transport\\.ts$" },
      to: { path: "node_modules/@modelcontextprotocol" },
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
