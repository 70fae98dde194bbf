// Colours and fonts of charts, read from the CSS variables of theme.css, so that a chart follows
// light, dark and print as the page around it does.

/** All colours are CSS colours. */
export interface Theme {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly panel: string;
  readonly good: string;
  readonly warn: string;
  readonly bad: string;
  readonly neutral: string;
  /** Eight hues that people with a colour vision deficiency tell apart (after Okabe and Ito, 2008). */
  readonly palette: readonly string[];
  /** From little to much, for heat maps. */
  readonly ramp: readonly string[];
  readonly font: string;
}

function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  const list = (name: string, count: number): string[] =>
    Array.from({ length: count }, (_, i) => read(`--${name}-${i + 1}`));
  return {
    text: read("--text"),
    muted: read("--muted"),
    line: read("--line"),
    panel: read("--panel"),
    good: read("--good"),
    warn: read("--warn"),
    bad: read("--bad"),
    neutral: read("--neutral"),
    palette: list("hue", 8),
    ramp: list("ramp", 5),
    font: read("--font"),
  };
}

const kQueries = ["(prefers-color-scheme: dark)", "print"].map((query) => matchMedia(query));
let known: Theme | null = null;

/** The next theme() looks anew. */
export function forgetTheme(): void {
  known = null;
}
// Registered before all who listen with onThemeChange.
for (const query of kQueries) query.addEventListener("change", forgetTheme);

/** The colours of the page as they are now; looked up once, since a look costs a layout. */
export function theme(): Theme {
  known ??= readTheme();
  return known;
}

/** The hue of the i-th thing of a kind; it is used in every chart that shows the thing. */
export function hue(theme: Theme, i: number): string {
  return theme.palette[i % theme.palette.length] ?? theme.neutral;
}

/** Calls `changed` when the colours of the page change: the system's mode, and before and after printing. */
export function onThemeChange(changed: () => void): () => void {
  for (const query of kQueries) query.addEventListener("change", changed);
  return () => {
    for (const query of kQueries) query.removeEventListener("change", changed);
  };
}
