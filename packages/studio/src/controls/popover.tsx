// A popover beside its button: the browser's own, which closes on Escape and on a press elsewhere.

import { useEffect, useId, useRef, useState } from "react";
import type { ReactNode } from "react";

import { buttonClass } from "./button.tsx";
import type { ButtonLook } from "./button.tsx";

/** What a popover shows. */
export interface PopoverProps {
  /** What the button shows. */
  button: ReactNode;
  /** What the button is called, where it shows no text. */
  label?: string;
  children: ReactNode | ((close: () => void) => ReactNode);
  look?: ButtonLook;
  className?: string;
  /** Classes of the box; its width above all. */
  boxClassName?: string;
  disabled?: boolean;
}

const gapPixels = 6;
const marginPixels = 8;

/** Places a box above or below its button, inside the window. */
function place(button: HTMLElement, box: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const left = Math.min(at.left, innerWidth - width - marginPixels);
  const hasRoomBelow = at.bottom + gapPixels + height + marginPixels <= innerHeight;
  const top = hasRoomBelow ? at.bottom + gapPixels : at.top - gapPixels - height;
  box.style.left = `${Math.max(marginPixels, left)}px`;
  box.style.top = `${Math.max(marginPixels, top)}px`;
}

/** A button that opens a box; what is inside exists only while it is open. */
export function Popover({
  button,
  label,
  children,
  look = "quiet",
  className = "",
  boxClassName = "w-72",
  disabled,
}: PopoverProps) {
  const id = useId().replaceAll(":", "");
  const opener = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const close = (): void => box.current?.hidePopover();
  // What is inside may be loaded first, and then has another size.
  useEffect(() => {
    if (!isOpen || opener.current === null || box.current === null) return;
    const [button, inside] = [opener.current, box.current];
    const observer = new ResizeObserver(() => place(button, inside));
    observer.observe(inside);
    return () => observer.disconnect();
  }, [isOpen]);
  return (
    <>
      <button
        ref={opener}
        type="button"
        popoverTarget={id}
        aria-label={label}
        title={label}
        disabled={disabled}
        className={buttonClass(look, className)}
      >
        {button}
      </button>
      <div
        ref={box}
        id={id}
        popover="auto"
        onBeforeToggle={({ newState }) => newState === "open" && setOpen(true)}
        // Not before: the browser gives the focus back only from what is still there.
        onToggle={({ newState }) => setOpen(newState === "open")}
        className={`fixed inset-auto m-0 max-h-[80dvh] max-w-[calc(100vw-1rem)] overflow-auto rounded-lg border border-line bg-panel p-2 text-ink shadow-high ${boxClassName}`}
      >
        {isOpen && (typeof children === "function" ? children(close) : children)}
      </div>
    </>
  );
}
