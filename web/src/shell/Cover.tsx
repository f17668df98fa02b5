import { type ReactNode, useEffect, useRef } from "react";

/** Covers the whole page and takes the focus; what is underneath stays as it was. */
export function Cover(props: { name: string; blank?: boolean; children: ReactNode }) {
  const cover = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    cover.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <div
      ref={cover}
      className={props.blank ? "cover cover-blank" : "cover"}
      role="dialog"
      aria-modal="true"
      aria-label={props.name}
      tabIndex={-1}
    >
      {props.children}
    </div>
  );
}
