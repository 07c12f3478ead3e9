import { setTimeout as sleep } from "node:timers/promises";
import { errors, type Locator, type Page } from "playwright-core";

/** Timeout of every wait, in ms. Only ends hanging tests: on a busy machine everything is slow. */
export const hangTimeoutMs = 180_000;

/** Time in ms until the first act without a visible effect counts as lost; it doubles for each further act. */
const firstWaitMs = 1_000;

/** The result of a Playwright action; undefined when it timed out. */
export const unlessTimedOut = <T>(action: Promise<T>): Promise<T | undefined> =>
  action.catch((error: unknown) => {
    if (error instanceof errors.TimeoutError) return undefined;
    throw error;
  });

/** Polls until the answer is something other than undefined, false or null; undefined after the timeout. */
export async function poll<T>(probe: () => Promise<T | undefined | false | null>, withinMs: number): Promise<T | undefined> {
  const end = performance.now() + withinMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== false && answer !== null) return answer;
    if (performance.now() > end) return undefined;
    await sleep(50);
  }
}

/** Like `comes`, but throws after the timeout. An exception ends the wait at once. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined | false | null>): Promise<T> {
  const answer = await poll(probe, hangTimeoutMs);
  if (answer === undefined) throw new Error(`Waited ${hangTimeoutMs} ms in vain for ${what}`);
  return answer;
}

export type RepeatedAction = Readonly<{
  /** Whether the act's target state is reached. Also called before the first act; must answer at once. */
  reached(): Promise<boolean>;
  /** One attempt, only made while the state is not reached. Gives up after `timeout` ms. */
  act(limit: Readonly<{ timeout: number }>): Promise<unknown>;
}>;

/**
 * An act whose state counts only after the act was possible: the element to answer may also be invisible for a moment before
 * that. A click may time out after it has arrived, so an attempt that times out on a visible element counts as well.
 */
function afterFirstAttempt({ reached, act }: RepeatedAction): RepeatedAction {
  const done = { once: false };
  return {
    reached: async () => done.once && (await reached()),
    act: async (limit) => {
      const wasVisible = !(await reached());
      try {
        await act(limit);
        done.once = true;
      } catch (error) {
        if (error instanceof errors.TimeoutError) done.once ||= wasVisible;
        throw error;
      }
    },
  };
}

/**
 * Acts until a state is reached. A click during a layout change or a key during a focus change may be lost without an error;
 * only the resulting state shows that it arrived.
 */
export async function actUntil(goal: string, { reached, act }: RepeatedAction): Promise<void> {
  const end = performance.now() + hangTimeoutMs;
  for (let waitMs = firstWaitMs; !(await reached()); waitMs *= 2) {
    if (performance.now() > end) throw new Error(`Acted for ${hangTimeoutMs} ms in vain: ${goal}`);
    await unlessTimedOut(act({ timeout: Math.max(5_000, waitMs) }));
    if ((await poll(reached, waitMs)) === true) return;
  }
}

/** One click as an attempt. When it times out, moves the mouse away: what shows while the mouse hovers may cover the target. */
export async function clickOnce(target: Locator, limit: Readonly<{ timeout: number }>): Promise<void> {
  try {
    await target.click(limit);
  } catch (error) {
    if (error instanceof errors.TimeoutError) await target.page().mouse.move(0, 0);
    throw error;
  }
}

/** Answers an input until it accepts the answer, which is when it disappears or is replaced by another. */
export const answerUntil = (goal: string, answer: RepeatedAction): Promise<void> => actUntil(goal, afterFirstAttempt(answer));

/** An attribute of the first of the elements; null when there is none. */
export async function attributeOf(elements: Locator, name: string): Promise<string | null> {
  if ((await elements.count()) === 0) return null;
  return (await unlessTimedOut(elements.first().getAttribute(name, { timeout: 1_000 }))) ?? null;
}

/** Expands or collapses an element with `aria-expanded`: a row of a tree by its arrow, a view by its title. */
export function setExpanded(element: Locator, expanded: boolean, handle: Locator): Promise<void> {
  return actUntil(`${element} to be ${expanded ? "expanded" : "collapsed"}`, {
    reached: async () => (await attributeOf(element, "aria-expanded")) === String(expanded),
    act: (limit) => clickOnce(handle.first(), limit),
  });
}

/** Presses a key until it takes effect, at the given element, else wherever the focus is. */
export function pressUntil(page: Page, key: string, reached: () => Promise<boolean>, at?: Locator): Promise<void> {
  return actUntil(`${key} to have its effect`, {
    reached,
    act: async (limit) => {
      await at?.focus(limit);
      await page.keyboard.press(key);
    },
  });
}

/** Like `pressUntil`, for a key that answers the focused input. */
export function answerByKey(page: Page, key: string, at: Locator, isAccepted: () => Promise<boolean>): Promise<void> {
  return answerUntil(`${key} to be taken`, {
    reached: isAccepted,
    act: async (limit) => {
      await at.focus(limit);
      await page.keyboard.press(key);
    },
  });
}

/** Hovers over an element until the hover shows its content. */
export function hoverUntil(page: Page, target: Locator, content: Locator): Promise<void> {
  return actUntil(`${content} while the mouse is over ${target}`, {
    reached: () => content.first().isVisible(),
    act: async (limit) => {
      // A hover starts only when the mouse comes from outside the element.
      await page.mouse.move(0, 0);
      await target.hover(limit);
    },
  });
}

/** Clicks until the click takes effect: an element is visible or a condition holds. Only for clicks that may be repeated. */
export function clickUntil(target: Locator, effect: Locator | (() => Promise<boolean>)): Promise<void> {
  return actUntil(`a click on ${target} to have its effect`, {
    reached: typeof effect === "function" ? effect : () => effect.first().isVisible(),
    act: (limit) => clickOnce(target.first(), limit),
  });
}
