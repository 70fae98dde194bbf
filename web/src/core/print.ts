// Paper is light whatever the screen is: while a page is printed its root has data-printing, under
// which theme.css has no dark colours. Charts are printed as images of their own size.
import { forgetTheme } from "./theme";

const kRoot = document.documentElement;

function isPrinting(now: boolean): void {
  kRoot.toggleAttribute("data-printing", now);
  forgetTheme();
}

// Registered before those of the charts, which read their colours when they are called.
addEventListener("beforeprint", () => isPrinting(true));
addEventListener("afterprint", () => isPrinting(false));

/** Pixels of a chart on paper: half a page's width, or the whole of it. */
export const kPaperWidth = { half: 440, whole: 880 } as const;

/** `before` is called when printing begins, `after` when it is over; returns what ends that. */
export function onPrint(before: () => void, after: () => void): () => void {
  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  return () => {
    removeEventListener("beforeprint", before);
    removeEventListener("afterprint", after);
  };
}
