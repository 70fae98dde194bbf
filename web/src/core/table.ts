// Tables of data: real <table> elements with a caption, headings and right-aligned numbers, and the
// same rows as CSV. A table is what stands behind a chart, so both come from one description.
import { h } from "./dom";
import { numberText, type Unit } from "./format";

export type Cell = string | number | null;

export interface Column {
  readonly name: string;
  /** Of numbers: how they are shown. In CSV they stay as they are. */
  readonly unit?: Unit;
  /** Shown with all its digits, as the JSON has it. */
  readonly exact?: boolean;
}

export interface TableData {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

function cellText(cell: Cell, column: Column): string {
  if (cell === null) return "–";
  if (typeof cell === "string") return cell;
  if (column.exact || column.unit === undefined) return String(cell);
  return numberText(cell, column.unit);
}

/** The first column heads its row. A caption is for screen readers unless `showCaption`. */
export function dataTable(data: TableData, caption: string, showCaption = false): HTMLTableElement {
  const numeric = data.columns.map(
    ({ unit }, i) => unit !== undefined || data.rows.some((row) => typeof row[i] === "number"),
  );
  const head = h("tr");
  data.columns.forEach((column, i) => {
    head.append(h("th", { scope: "col", class: numeric[i] ? "number" : undefined }, column.name));
  });
  const body = h("tbody");
  for (const row of data.rows) {
    const line = h("tr");
    data.columns.forEach((column, i) => {
      const text = cellText(row[i] ?? null, column);
      const kind = numeric[i] ? "number" : undefined;
      line.append(i === 0 ? h("th", { scope: "row", class: kind }, text) : h("td", { class: kind }, text));
    });
    body.append(line);
  }
  return h(
    "table",
    { class: "data" },
    h("caption", { class: showCaption ? undefined : "visually-hidden" }, caption),
    h("thead", {}, head),
    body,
  );
}

/** A table in a box that scrolls by itself, also by keyboard, so that the page never does sideways. */
export function scrollingTable(data: TableData, caption: string): HTMLElement {
  const box = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption });
  box.append(dataTable(data, caption));
  return box;
}

// A spreadsheet takes a text that begins with one of these for a formula, so it gets an apostrophe.
const kFormula = /^[=+\-@\t\r]/;

function csvField(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = kFormula.test(cell) ? `'${cell}` : cell;
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** RFC 4180, numbers with all their digits, units in the headings where there are some. */
export function toCsv(data: TableData): string {
  const lines = [data.columns.map((column) => csvField(column.name)), ...data.rows.map((row) => row.map(csvField))];
  return lines.map((line) => line.join(",") + "\r\n").join("");
}

/** Lets the browser save `text`; nothing leaves the page. */
export function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
