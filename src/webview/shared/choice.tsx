import type { JSX } from "preact";
import { useId } from "preact/hooks";

type Props = Readonly<{
  label: string;
  value: string | null;
  /** Text of the option without a value; if absent, there is no such option. */
  none?: string;
  options: readonly Readonly<{ value: string; text: string }>[];
  /** Why the field is disabled; null: it is enabled. */
  disabled?: string | null;
  onChange(value: string | null): void;
}>;

/** A labelled drop-down. A native `select`, for its keyboard handling, type-ahead and screen reader support. */
export function Choice({ label, value, none, options, disabled = null, onChange }: Props): JSX.Element {
  const id = useId();
  // The empty value is the option without a value; all others get a prefix, so that even an empty name differs from it.
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
