// Elements made in one line. Text goes in as text: what comes from data never becomes markup.

type Child = Node | string | null | undefined | false;
type Attributes = { readonly [name: string]: string | number | boolean | null | undefined };

/** h("p", {class: "note"}, "text", child): false, null and undefined attributes and children are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes?: Attributes,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

/** Strings become text nodes. */
export function append(parent: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    parent.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
  }
}

/** Replaces what is in `parent`. */
export function fill(parent: HTMLElement, ...children: readonly Child[]): void {
  parent.textContent = "";
  append(parent, children);
}

let lastId = 0;
/** An id that no other element of the page has. */
export function uniqueId(prefix: string): string {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** A long name that may be broken after its dots, slashes and underscores; numbers stay whole. */
export function breakable(name: string): Node {
  const parts = document.createDocumentFragment();
  for (const part of name.split(/(?<=[._/])(?=[a-z])/i)) append(parts, [part, h("wbr")]);
  return parts;
}

/** For ECharts' HTML tooltips, the one place where a string becomes markup. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
