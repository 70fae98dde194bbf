// The editor of the scenario's text: CodeMirror with JSON, completion from the schema, and errors
// at their lines. Colours come from the page's variables, so it follows light and dark.
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { schemaCompletion } from "./completion";
import type { Schema } from "./schema";
import type { Flaw } from "./server";

const kLook = EditorView.theme({
  "&": { fontSize: "13px", backgroundColor: "var(--panel)", color: "var(--text)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--muted)", border: "none" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground, ::selection": {
    backgroundColor: "var(--ramp-2)",
  },
  ".cm-matchingBracket": { backgroundColor: "var(--soft)", outline: "1px solid var(--line)" },
  ".cm-tooltip": {
    backgroundColor: "var(--panel)",
    color: "var(--text)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--accent)",
    color: "var(--panel)",
  },
  ".cm-completionDetail": { color: "inherit", opacity: "0.75", fontStyle: "normal" },
  ".cm-completionInfo": { maxWidth: "22rem" },
});

const kInk = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent)" },
  { tag: tags.string, color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--warn)" },
]);

export class Editor {
  readonly element: HTMLElement;
  private readonly view: EditorView;

  /** `changed` hears of what a person writes, not of what set() puts there. */
  constructor(schema: () => Schema | null, changed: (text: string) => void) {
    this.view = new EditorView({
      state: EditorState.create({
        extensions: [
          lineNumbers(),
          history(),
          json(),
          lintGutter(),
          bracketMatching(),
          closeBrackets(),
          indentOnInput(),
          EditorView.lineWrapping,
          syntaxHighlighting(kInk),
          kLook,
          EditorView.contentAttributes.of({ "aria-label": "Scenario, JSON" }),
          autocompletion({
            override: [schemaCompletion(schema)],
            icons: false,
          }),
          keymap.of([
            ...closeBracketsKeymap,
            ...defaultKeymap,
            ...historyKeymap,
            ...completionKeymap,
            ...lintKeymap,
          ]),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            if (
              update.transactions.some(
                (t) =>
                  t.isUserEvent("input") ||
                  t.isUserEvent("delete") ||
                  t.isUserEvent("undo") ||
                  t.isUserEvent("redo") ||
                  t.isUserEvent("move"),
              )
            ) {
              changed(this.text);
            }
          }),
        ],
      }),
    });
    this.element = this.view.dom;
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  set(text: string): void {
    if (text === this.text) return;
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  /** Marks what is wrong; errors without a line are not for the editor. */
  mark(flaws: readonly Flaw[]): void {
    const { doc } = this.view.state;
    const diagnostics = flaws
      .filter((flaw) => flaw.line > 0)
      .map((flaw): Diagnostic => {
        const line = doc.line(Math.min(flaw.line, doc.lines));
        const from = Math.min(line.from + Math.max(0, flaw.column - 1), line.to);
        return { from, to: Math.max(from, line.to), severity: "error", message: words(flaw) };
      });
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  /** Puts the cursor there; of an error with a line. */
  show(flaw: Flaw): void {
    const { doc } = this.view.state;
    const line = doc.line(Math.min(flaw.line, doc.lines));
    const at = Math.min(line.from + Math.max(0, flaw.column - 1), line.to);
    this.view.dispatch({
      selection: { anchor: at },
      effects: EditorView.scrollIntoView(at, { y: "center" }),
    });
    this.view.focus();
  }
}

export function words(flaw: Flaw): string {
  return flaw.pointer ? `${flaw.pointer}: ${flaw.message}` : flaw.message;
}
