import type { JSX } from "preact";
import { useTexts } from "./contexts.ts";
import { Icon } from "./icon.tsx";

type Props = Readonly<{
  /** More (positive), fewer (negative) or the same. */
  amount: number;
  text: string;
  /** Whether more of it is good news. */
  moreIsBetter: boolean;
}>;

/** A change shown by arrow, sign and colour, so that it is readable without any one of them. */
export function Change({ amount, text, moreIsBetter }: Props): JSX.Element {
  if (amount === 0) {
    return (
      <span class="change">
        <Icon name="same" />
        {text}
      </span>
    );
  }
  const better = amount > 0 === moreIsBetter;
  return (
    <span class={`change ${better ? "better" : "worse"}`}>
      <Icon name={amount > 0 ? "up" : "down"} />
      {text}
    </span>
  );
}

/** The change of a count of findings against the previous period. */
export function CountChange({ count, previous }: Readonly<{ count: number; previous: number | null }>): JSX.Element | null {
  const texts = useTexts();
  if (previous === null) return null;
  const amount = count - previous;
  return <Change amount={amount} text={amount === 0 ? texts.number(0) : texts.signed(amount)} moreIsBetter={false} />;
}
