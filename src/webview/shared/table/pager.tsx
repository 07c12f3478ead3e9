import type { JSX } from "preact";
import { useTexts } from "../contexts.ts";
import { Icon } from "../icon.tsx";

type Props = Readonly<{ total: number; page: number; size: number; onPage(page: number): void }>;

/** Buttons to page through a table. */
export function Pager({ total, page, size, onPage }: Props): JSX.Element {
  const texts = useTexts();
  const last = Math.ceil(total / size) - 1;
  const steps = [
    { name: "first", target: 0 },
    { name: "previous", target: Math.max(0, page - 1) },
    { name: "next", target: Math.min(last, page + 1) },
    { name: "last", target: last },
  ] as const;
  const range = texts.t("table.page", {
    from: texts.number(page * size + 1),
    to: texts.number(Math.min(total, (page + 1) * size)),
    total: texts.number(total),
  });
  return (
    <nav class="pager" aria-label={texts.t("table.pages")}>
      {steps.slice(0, 2).map(({ name, target }) => (
        <PageButton key={name} name={name} disabled={target === page} onPress={() => onPage(target)} />
      ))}
      <span aria-live="polite">{range}</span>
      {steps.slice(2).map(({ name, target }) => (
        <PageButton key={name} name={name} disabled={target === page} onPress={() => onPage(target)} />
      ))}
    </nav>
  );
}

type ButtonProps = Readonly<{ name: "first" | "previous" | "next" | "last"; disabled: boolean; onPress(): void }>;

/** A paging button. It stays focusable when it is disabled, so that reaching the first or last page does not lose the focus. */
function PageButton({ name, disabled, onPress }: ButtonProps): JSX.Element {
  const label = useTexts().t(`table.${name}`);
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} aria-disabled={disabled} onClick={onPress}>
      <Icon name={name} />
    </button>
  );
}
