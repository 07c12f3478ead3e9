export type TreeRowsOptions<Node> = Readonly<{
  /** Loads the children of a node, or the roots when the node is undefined. */
  childrenOf(node: Node | undefined): readonly Node[] | Promise<readonly Node[]>;
  idOf(node: Node): string;
  /** Everything that is displayed of a node, as text. */
  textOf(node: Node): string;
  /** Whether the tree is visible. */
  isVisible(): boolean;
  /** Makes VS Code request all displayed rows again; for a hidden tree it requests them when the tree is shown. */
  redraw(): void;
}>;

/** The rows of a tree, as VS Code requests them. */
export type TreeRows<Node> = Readonly<{
  children(node: Node | undefined): Promise<readonly Node[]>;
  /** Redraws the tree if its rows have changed. */
  refresh(): void;
}>;

/** Children of a node, and everything that is displayed of them as text. */
type FetchedRows<Node> = Readonly<{ children: readonly Node[]; text: string }>;

/** Id of the virtual parent of the roots; no node has this id. */
const rootKey = "";

/**
 * Keeps the rows of a tree up to date. VS Code drops all rows when a redraw begins, and a menu entry that the user chooses before
 * VS Code has requested them again runs without its row. So rows are fetched before a redraw, and the redraw is skipped when
 * nothing differs.
 */
export function createTreeRows<Node>(options: TreeRowsOptions<Node>): TreeRows<Node> {
  const { childrenOf, isVisible, redraw } = options;
  const keyOf = (node: Node | undefined): string => (node === undefined ? rootKey : options.idOf(node));
  const fetchRows = async (node: Node | undefined): Promise<FetchedRows<Node>> => {
    const children = await childrenOf(node);
    return { children, text: JSON.stringify(children.map(options.textOf)) };
  };
  /** Ids of the parents whose children VS Code shows or is about to request, with those children as text. */
  const drawnTexts = new Map<string, string>();
  /** Children fetched for the last redraw that VS Code has not requested yet. */
  const fetched = new Map<string, FetchedRows<Node>>();
  const state = { fetching: false, outdated: false };

  const forget = (): void => {
    drawnTexts.clear();
    fetched.clear();
  };
  /** A redraw requests the children of expanded nodes only; those it did not request are dropped and not fetched again. */
  const forgetCollapsed = (): void => {
    if (fetched.has(rootKey)) return;
    for (const key of fetched.keys()) drawnTexts.delete(key);
    fetched.clear();
  };
  const fetchBelow = async (node: Node | undefined, found: Map<string, FetchedRows<Node>>): Promise<void> => {
    if (!drawnTexts.has(keyOf(node))) return;
    const rows = await fetchRows(node);
    found.set(keyOf(node), rows);
    await Promise.all(rows.children.map((child) => fetchBelow(child, found)));
  };

  const update = async (): Promise<void> => {
    forgetCollapsed();
    const found = new Map<string, FetchedRows<Node>>();
    // The redraw repeats the request that failed here and reports the error.
    await fetchBelow(undefined, found).catch(() => found.clear());
    if (found.size > 0 && [...found].every(([key, { text }]) => drawnTexts.get(key) === text)) return;
    forget();
    for (const [key, rows] of found) {
      fetched.set(key, rows);
      drawnTexts.set(key, rows.text);
    }
    redraw();
  };
  const updateUntilCurrent = async (): Promise<void> => {
    state.fetching = true;
    do {
      state.outdated = false;
      await update();
    } while (state.outdated);
    state.fetching = false;
  };

  return {
    children: async (node) => {
      const key = keyOf(node);
      const rows = fetched.get(key) ?? (await fetchRows(node));
      fetched.delete(key);
      drawnTexts.set(key, rows.text);
      return rows.children;
    },
    refresh: () => {
      if (state.fetching) {
        state.outdated = true;
      } else if (isVisible()) {
        void updateUntilCurrent();
      } else {
        forget();
        redraw();
      }
    },
  };
}
