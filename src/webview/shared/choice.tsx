import type { JSX } from "preact";
import { useId } from "preact/hooks";

type Props = Readonly<{
  label: string;
  value: string | null;
  /** Text of the choice of nothing in particular; without it there is no such choice. */
  none?: string;
  options: readonly Readonly<{ value: string; text: string }>[];
  /** Why nothing can be chosen, or null when it can. */
  disabled?: string | null;
  onChange(value: string | null): void;
}>;

/** A labelled drop-down. The browser's own: it has the keyboard, the type-ahead and the screen reader's words. */
export function Choice({ label, value, none, options, disabled = null, onChange }: Props): JSX.Element {
  const id = useId();
  // An empty value is "nothing in particular"; names get a prefix, so that even an empty name differs from it.
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value === null ? "" : `=${value}`}
        disabled={disabled !== null}
        {...(disabled === null ? {} : { title: disabled })}
        onChange={(event) => onChange(event.currentTarget.value === "" ? null : event.currentTarget.value.slice(1))}
      >
        {none !== undefined && <option value="">{none}</option>}
        {options.map((option) => (
          <option key={option.value} value={`=${option.value}`}>
            {option.text}
          </option>
        ))}
      </select>
    </div>
  );
}
