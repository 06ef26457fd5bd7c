// @ts-check
// The editor: CodeMirror, in the colours of the page, with a row of keys where there are none.
import {
  bracketMatching, closeBrackets, closeBracketsKeymap, defaultKeymap, drawSelection, EditorState,
  EditorView, HighlightStyle, highlightSpecialChars, history, historyKeymap, indentLess, indentMore,
  indentUnit, keymap, python, redo, syntaxHighlighting, tags, undo,
} from "./codemirror.js";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--number)" },
  { tag: tags.comment, color: "var(--comment)", fontStyle: "italic" },
]);

const HELP = "Tab indents. To leave the editor by key, press Escape and then Tab.";

/** What a thumb finds hard to reach on a phone, and what it writes. */
const KEYS = [
  ["⇥", "    ", "indent"], ["⇤", "", "indent less"], ["(", "(", ""], [")", ")", ""],
  ["[", "[", ""], ["]", "]", ""], ["=", "=", ""], ["+", "+", ""], ["−", "-", "minus"],
  ["*", "*", ""], ["**", "**", "power"], ["/", "/", ""], ["@", "@", ""], [".", ".", ""],
  [",", ",", ""], [":", ":", ""], ["_", "_", ""], ["<", "<", ""], [">", ">", ""], ["\"", "\"", ""],
  ["#", "#", ""], ["←", "", "left"], ["→", "", "right"], ["↶", "", "undo"], ["↷", "", "redo"],
];

/**
 * An editor in this place.
 * @param {HTMLElement} place
 * @param {string} source
 * @param {string} label
 * @param {{change?: (source: string) => void, run?: () => void, fixed?: boolean}} options
 */
export function edit(place, source, label, { change, run, fixed = false }) {
  const submit = () => { run?.(); return true; };
  const view = new EditorView({
    parent: place,
    state: EditorState.create({
      doc: source,
      extensions: [
        history(), drawSelection(), highlightSpecialChars(), bracketMatching(), closeBrackets(),
        python(), indentUnit.of("    "), EditorState.tabSize.of(4), syntaxHighlighting(colours),
        EditorView.lineWrapping, EditorState.readOnly.of(fixed),
        keymap.of([
          { key: "Mod-Enter", run: submit }, { key: "Shift-Enter", run: submit },
          { key: "Tab", run: indentMore, shift: indentLess },
          ...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap,
        ]),
        EditorView.contentAttributes.of({
          "aria-label": label, "aria-description": fixed ? "" : HELP, spellcheck: "false",
          autocorrect: "off", autocapitalize: "off", translate: "no",
        }),
        EditorView.updateListener.of(update => {
          if (update.docChanged) change?.(update.state.doc.toString());
          if (update.focusChanged && !fixed) keys.toggle(view);
        }),
      ],
    }),
  });
  return {
    view,
    get source() { return view.state.doc.toString(); },
    /** Put this in place of all; undo brings back what was there. */
    set source(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
  };
}

/** The row of keys, which stands above the keyboard of a phone while an editor is in use. */
const keys = {
  /** @type {HTMLElement | undefined} */
  row: undefined,
  /** @type {any} */
  view: undefined,

  toggle(view) {
    if (!matchMedia("(pointer: coarse)").matches) return;
    if (view.hasFocus) this.view = view;
    else if (this.view === view) this.view = undefined;
    this.row ??= this.make();
    this.row.hidden = !this.view;
  },

  make() {
    const row = document.createElement("div");
    row.className = "keys";
    row.setAttribute("role", "toolbar");
    row.setAttribute("aria-label", "Keys for Python");
    for (const [sign, text, name] of KEYS) {
      const key = document.createElement("button");
      key.type = "button";
      key.textContent = sign;
      key.tabIndex = -1;
      if (name) key.setAttribute("aria-label", name);
      // The editor keeps the focus, and the keyboard stays.
      key.addEventListener("pointerdown", event => event.preventDefault());
      key.addEventListener("click", () => this.press(name, text));
      row.append(key);
    }
    document.body.append(row);
    const stand = () => {
      const below = innerHeight - (visualViewport?.height ?? innerHeight) - (visualViewport?.offsetTop ?? 0);
      row.style.bottom = `${Math.max(0, below)}px`;
    };
    visualViewport?.addEventListener("resize", stand);
    visualViewport?.addEventListener("scroll", stand);
    stand();
    return row;
  },

  press(name, text) {
    const view = this.view;
    if (!view) return;
    const { head } = view.state.selection.main;
    if (name === "indent") indentMore(view);
    else if (name === "indent less") indentLess(view);
    else if (name === "undo") undo(view);
    else if (name === "redo") redo(view);
    else if (name === "left") view.dispatch({ selection: { anchor: Math.max(0, head - 1) } });
    else if (name === "right") {
      view.dispatch({ selection: { anchor: Math.min(view.state.doc.length, head + 1) } });
    } else view.dispatch(view.state.replaceSelection(text), { scrollIntoView: true });
    view.focus();
  },
};
