import { setTimeout as sleep } from "node:timers/promises";
import { errors, type Locator, type Page } from "playwright-core";

/** How long anything may take to come, in ms. Only ends what hangs: a busy machine is slow at everything. */
export const hangMs = 180_000;

/** How long the first act may take to show before it counts as lost, in ms; each further one has twice the time of the one before. */
const firstPatienceMs = 1_000;

/** The result of an action of Playwright; undefined when it was not possible in its time. */
export const ifPossible = <T>(action: Promise<T>): Promise<T | undefined> =>
  action.catch((error: unknown) => {
    if (error instanceof errors.TimeoutError) return undefined;
    throw error;
  });

/** Asks again and again until the answer is something other than undefined, false or null; undefined when it has not come in time. */
export async function comes<T>(ask: () => Promise<T | undefined | false | null>, withinMs: number): Promise<T | undefined> {
  const end = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false && answer !== null) return answer;
    if (performance.now() > end) return undefined;
    await sleep(50);
  }
}

/** As `comes`, for what has to come. An exception ends the waiting at once. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined | false | null>): Promise<T> {
  const answer = await comes(ask, hangMs);
  if (answer === undefined) throw new Error(`Waited ${hangMs} ms in vain for ${what}`);
  return answer;
}

export type Act = Readonly<{
  /** Whether the state is there that the act leads to. Also asked before the first act; has to answer at once. */
  reached(): Promise<boolean>;
  /** One attempt, only made while the state is not there. Gives up after `timeout` ms. */
  act(limit: Readonly<{ timeout: number }>): Promise<unknown>;
}>;

/**
 * An act whose state counts only once it was possible: something to answer may be out of sight for a moment also before. A click may
 * time out after it has arrived, so such an attempt on what was in sight counts as well.
 */
function oncePossible({ reached, act }: Act): Act {
  const done = { once: false };
  return {
    reached: async () => done.once && (await reached()),
    act: async (limit) => {
      const wasInSight = !(await reached());
      try {
        await act(limit);
        done.once = true;
      } catch (error) {
        if (error instanceof errors.TimeoutError) done.once ||= wasInSight;
        throw error;
      }
    },
  };
}

/**
 * Acts until a state is reached. A click that meets a layout in motion and a key that meets a focus in motion are lost without a
 * trace; only the state that they should lead to tells that they arrived.
 */
export async function actUntil(goal: string, { reached, act }: Act): Promise<void> {
  const end = performance.now() + hangMs;
  for (let patience = firstPatienceMs; !(await reached()); patience *= 2) {
    if (performance.now() > end) throw new Error(`Acted for ${hangMs} ms in vain: ${goal}`);
    await ifPossible(act({ timeout: Math.max(5_000, patience) }));
    if ((await comes(reached, patience)) === true) return;
  }
}

/** Answers something until it takes the answer, which is when it goes out of sight or is another. */
export const answerUntil = (goal: string, answer: Act): Promise<void> => actUntil(goal, oncePossible(answer));

/** An attribute of the first of some elements; null when there is none. */
export async function attributeOf(elements: Locator, name: string): Promise<string | null> {
  if ((await elements.count()) === 0) return null;
  return (await ifPossible(elements.first().getAttribute(name, { timeout: 1_000 }))) ?? null;
}

/** Expands or collapses what says of itself whether it is expanded: a row of a tree by its arrow, a view by its title. */
export function setExpanded(what: Locator, expanded: boolean, handle: Locator): Promise<void> {
  return actUntil(`${what} to be ${expanded ? "expanded" : "collapsed"}`, {
    reached: async () => (await attributeOf(what, "aria-expanded")) === String(expanded),
    act: (limit) => handle.first().click(limit),
  });
}

/** Presses a key until it has had its effect, at an element when one is given, else wherever the focus is. */
export function pressUntil(page: Page, key: string, reached: () => Promise<boolean>, at?: Locator): Promise<void> {
  return actUntil(`${key} to have its effect`, {
    reached,
    act: async (limit) => {
      await at?.focus(limit);
      await page.keyboard.press(key);
    },
  });
}

/** As `pressUntil`, for a key that answers what has the focus. */
export function answerByKey(page: Page, key: string, at: Locator, taken: () => Promise<boolean>): Promise<void> {
  return answerUntil(`${key} to be taken`, {
    reached: taken,
    act: async (limit) => {
      await at.focus(limit);
      await page.keyboard.press(key);
    },
  });
}

/** Hovers over an element until what that shows is there. */
export function hoverUntil(page: Page, over: Locator, shows: Locator): Promise<void> {
  return actUntil(`${shows} while the mouse is over ${over}`, {
    reached: () => shows.first().isVisible(),
    act: async (limit) => {
      // A hover begins with a mouse that comes from elsewhere.
      await page.mouse.move(0, 0);
      await over.hover(limit);
    },
  });
}

/** Clicks until the click has had its effect: something shows, or what is asked for holds. Only for a click that may be repeated. */
export function clickUntil(what: Locator, effect: Locator | (() => Promise<boolean>)): Promise<void> {
  return actUntil(`a click on ${what} to have its effect`, {
    reached: typeof effect === "function" ? effect : () => effect.first().isVisible(),
    act: (limit) => what.first().click(limit),
  });
}
