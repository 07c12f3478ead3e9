export type TreeRowsOptions<Node> = Readonly<{
  /** Asks for the children of a node; of none for the roots. */
  childrenOf(node: Node | undefined): readonly Node[] | Promise<readonly Node[]>;
  idOf(node: Node): string;
  /** All that is drawn of a node, as text. */
  textOf(node: Node): string;
  /** Whether the tree is in sight. */
  isVisible(): boolean;
  /** Makes VS Code ask for every row that it shows; those of a tree out of sight it asks for when the tree is shown. */
  redraw(): void;
}>;

/** The rows of a tree, as VS Code asks for them. */
export type TreeRows<Node> = Readonly<{
  children(node: Node | undefined): Promise<readonly Node[]>;
  /** Draws what has changed. */
  refresh(): void;
}>;

/** Children of a node, and all that is drawn of them. */
type Given<Node> = Readonly<{ children: readonly Node[]; text: string }>;

/** Stands for the parent of the roots; no node has this id. */
const top = "";

/**
 * Keeps the rows of a tree up to date. VS Code forgets all rows when a redraw begins, and a menu entry that is chosen before it has
 * asked for them again runs without its row. So rows are fetched before a redraw, and without a difference there is none.
 */
export function treeRows<Node>(options: TreeRowsOptions<Node>): TreeRows<Node> {
  const { childrenOf, isVisible, redraw } = options;
  const keyOf = (node: Node | undefined): string => (node === undefined ? top : options.idOf(node));
  const ask = async (node: Node | undefined): Promise<Given<Node>> => {
    const children = await childrenOf(node);
    return { children, text: JSON.stringify(children.map(options.textOf)) };
  };
  /** The parents whose children VS Code shows or is about to ask for, with the children as text. */
  const drawn = new Map<string, string>();
  /** What was fetched for the last redraw and was not asked for yet. */
  const fetched = new Map<string, Given<Node>>();
  const state = { fetching: false, outdated: false };

  const forget = (): void => {
    drawn.clear();
    fetched.clear();
  };
  /** A redraw asks for the children of what is expanded; the others are fetched no more. */
  const forgetCollapsed = (): void => {
    if (fetched.has(top)) return;
    for (const key of fetched.keys()) drawn.delete(key);
    fetched.clear();
  };
  const fetchBelow = async (node: Node | undefined, found: Map<string, Given<Node>>): Promise<void> => {
    if (!drawn.has(keyOf(node))) return;
    const given = await ask(node);
    found.set(keyOf(node), given);
    await Promise.all(given.children.map((child) => fetchBelow(child, found)));
  };

  const update = async (): Promise<void> => {
    forgetCollapsed();
    const found = new Map<string, Given<Node>>();
    // The redraw asks again for what failed here, and reports it.
    await fetchBelow(undefined, found).catch(() => found.clear());
    if (found.size > 0 && [...found].every(([key, { text }]) => drawn.get(key) === text)) return;
    forget();
    for (const [key, given] of found) {
      fetched.set(key, given);
      drawn.set(key, given.text);
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
      const given = fetched.get(key) ?? (await ask(node));
      fetched.delete(key);
      drawn.set(key, given.text);
      return given.children;
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
