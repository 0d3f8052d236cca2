// Buttons and links that look like buttons.

import type { ButtonHTMLAttributes, MouseEvent, ReactNode } from "react";

/** The weight of a button: the one main act of a place, a usual one, or one that stays in the background. */
export type ButtonLook = "main" | "usual" | "quiet" | "danger";

const looks: Readonly<Record<ButtonLook, string>> = {
  // The border shows in forced colours alone, where a button has no other shape.
  main: "border border-transparent bg-accent text-on-accent font-semibold hover:brightness-110",
  usual: "border border-edge bg-raised hover:bg-hover",
  quiet: "hover:bg-hover",
  danger: "border border-bad text-bad hover:bg-bad-soft",
};

/** Returns the classes of a button. */
export function buttonClass(look: ButtonLook = "usual", extra = ""): string {
  return `target inline-flex items-center justify-center gap-1.5 rounded-md px-2.5 py-1 select-none disabled:opacity-50 aria-disabled:opacity-50 ${looks[look]} ${extra}`;
}

/** Returns a handler that leaves out the second press of a double one: what is paid is made once. */
export function unlessRepeated(run: () => void): (event: MouseEvent) => void {
  return ({ detail: presses }) => {
    if (presses < 2) run();
  };
}

/** A button; it submits no form unless its type says so. */
export function Button({
  look,
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: ButtonLook }) {
  return <button type="button" {...rest} className={buttonClass(look, className)} />;
}

/** A button that shows an icon only; its label is spoken, and shown as a tip. */
export function IconButton({
  label,
  children,
  look = "quiet",
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & {
  label: string;
  children: ReactNode;
  look?: ButtonLook;
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={buttonClass(look, `px-1.5 ${className}`)}
    >
      {children}
    </button>
  );
}
