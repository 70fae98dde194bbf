// Completion in the editor: finds where in the scenario the cursor stands and asks the schema.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";
import type { Json } from "../core/types";
import { parsed } from "./json";
import type { Schema } from "./schema";

type Path = (string | number)[];

function nameOf(property: SyntaxNode, state: EditorState): string {
  const name = property.getChild("PropertyName");
  const value = name ? parsed(state.sliceDoc(name.from, name.to)) : undefined;
  return typeof value === "string" ? value : "";
}

const kPunctuation = new Set(["[", "]", "{", "}", ",", "⚠"]);

/** The path of a node, from the document's root. */
export function pathOf(node: SyntaxNode, state: EditorState): Path {
  const path: Path = [];
  for (let child = node, parent = node.parent; parent; child = parent, parent = parent.parent) {
    if (parent.name === "Property" && child.name !== "PropertyName")
      path.unshift(nameOf(parent, state));
    if (parent.name !== "Array") continue;
    let index = 0;
    for (let before = child.prevSibling; before; before = before.prevSibling) {
      if (!kPunctuation.has(before.name)) index += 1;
    }
    path.unshift(index);
  }
  return path;
}

/** What is there of a text that is being written, which is rarely JSON. */
function valueOf(node: SyntaxNode, state: EditorState): Json {
  if (node.name === "Object") {
    const members = node.getChildren("Property").map((property): [string, Json] => {
      const value = property.lastChild;
      const isThere = value !== null && value.name !== "PropertyName" && value.name !== "⚠";
      return [nameOf(property, state), isThere ? valueOf(value, state) : null];
    });
    return Object.fromEntries(members);
  }
  const items: Json[] = [];
  if (node.name !== "Array") return parsed(state.sliceDoc(node.from, node.to)) ?? null;
  for (let item = node.firstChild; item; item = item.nextSibling) {
    if (!kPunctuation.has(item.name)) items.push(valueOf(item, state));
  }
  return items;
}

function documentOf(state: EditorState): Json {
  const root = syntaxTree(state).topNode.firstChild;
  return root ? valueOf(root, state) : null;
}

/** The tree of an unfinished text ends with its last letter, so blanks before the cursor are skipped. */
function nodeBefore(state: EditorState, pos: number): SyntaxNode {
  const solid = state.sliceDoc(0, pos).trimEnd().length;
  return syntaxTree(state).resolveInner(solid, -1);
}

/** Where the string or word begins that the cursor is in. */
function wordBegin(state: EditorState, pos: number): number {
  const line = state.doc.lineAt(pos);
  const text = state.sliceDoc(line.from, pos);
  const quotes = [...text.matchAll(/\\.|"/g)].filter(([found]) => found === '"');
  const open = quotes.length % 2 === 1 ? quotes[quotes.length - 1] : undefined;
  if (open?.index !== undefined) return line.from + open.index;
  return pos - (/[\w.-]*$/.exec(text)?.[0].length ?? 0);
}

export function schemaCompletion(
  schema: () => Schema | null,
): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const known = schema();
    if (!known) return null;
    const { state, pos } = context;
    const node = nodeBefore(state, pos);
    const document = documentOf(state);
    const from = wordBegin(state, pos);
    if (from === pos && !context.explicit) return null;
    const closes = state.sliceDoc(pos, pos + 1) === '"' ? 1 : 0;
    const options = isName(node, state, from)
      ? names(known, objectOf(node), state, document, isFollowedByColon(state, pos + closes))
      : values(known, node, state, document, from);
    return options.length === 0
      ? null
      : { from, to: pos + closes, options, validFor: /^"?[^"\n]*$/ };
  };
}

function objectOf(node: SyntaxNode): SyntaxNode | null {
  for (let at: SyntaxNode | null = node; at; at = at.parent) if (at.name === "Object") return at;
  return null;
}

function isFollowedByColon(state: EditorState, pos: number): boolean {
  return /^\s*:/.test(state.sliceDoc(pos, pos + 20));
}

/** In an object, behind "{" or ",": a name is due; behind ":" a value. */
function isName(node: SyntaxNode, state: EditorState, from: number): boolean {
  if (node.name === "PropertyName") return true;
  const before = state.sliceDoc(Math.max(0, from - 500), from).trimEnd();
  const last = before[before.length - 1];
  if (last === "{") return true;
  for (let at: SyntaxNode | null = node; at; at = at.parent) {
    if (at.name === "Array") return false;
    if (at.name === "Object") return last === ",";
  }
  return false;
}

function names(
  schema: Schema,
  object: SyntaxNode | null,
  state: EditorState,
  document: Json | undefined,
  hasColon: boolean,
): Completion[] {
  if (!object) return [];
  return schema.membersAt(pathOf(object, state), document).map(({ label, detail, info }) => ({
    label: `"${label}"`,
    apply: hasColon ? `"${label}"` : `"${label}": `,
    detail,
    info,
    type: "property",
  }));
}

function values(
  schema: Schema,
  node: SyntaxNode,
  state: EditorState,
  document: Json | undefined,
  from: number,
): Completion[] {
  const at = syntaxTree(state).resolveInner(from, 1);
  const inside = at.name === "String" ? at : node;
  const path = pathOf(inside, state);
  if (inside.name === "Property") path.push(nameOf(inside, state));
  if (inside.name === "Array") path.push(0);
  return schema.valuesAt(path, document).map((label) => ({ label, type: "enum" }));
}
