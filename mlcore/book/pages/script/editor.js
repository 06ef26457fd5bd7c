// @ts-check
// The editor: CodeMirror, in the colours of the page, with a row of keys where there are none.
import {
  bracketMatching, closeBrackets, closeBracketsKeymap, cursorCharLeft, cursorCharRight, defaultKeymap, drawSelection,
  EditorState, EditorView, HighlightStyle, highlightSpecialChars, history, historyKeymap, indentLess, indentMore,
  indentUnit, keymap, python, redo, syntaxHighlighting, tags, undo,
} from "./codemirror.js";
import { button, element } from "./page.js";

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

// An editor in this place. It tells of each change, and runs by key; a fixed one can only be read.
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
          if (update.focusChanged && !fixed) toggleKeys(view);
        }),
      ],
    }),
  });
  return {
    view, place,
    get source() { return view.state.doc.toString(); },
    /** Put this in place of all; undo brings back what was there. */
    set source(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
  };
}

const COMMANDS = {
  indent: indentMore, "indent less": indentLess, undo, redo, left: cursorCharLeft, right: cursorCharRight,
};
/** @type {any} */ let inUse, row;

// The row of keys stands above the keyboard of a phone while an editor is in use.
function toggleKeys(view) {
  if (!matchMedia("(pointer: coarse)").matches) return;
  if (view.hasFocus) inUse = view;
  else if (inUse === view) inUse = undefined;
  row ??= rowOfKeys();
  row.hidden = !inUse;
}

function rowOfKeys() {
  const looks = { className: "keys", role: "toolbar", ariaLabel: "Keys for Python" };
  const made = element("div", looks, ...KEYS.map(key));
  document.body.append(made);
  const view = /** @type {VisualViewport} */ (visualViewport);
  const stand = () => { made.style.bottom = `${Math.max(0, innerHeight - view.height - view.offsetTop)}px`; };
  for (const event of ["resize", "scroll"]) view.addEventListener(event, stand);
  stand();
  return made;
}

function key([sign, text, name]) {
  const made = button(sign, () => {
    if (name in COMMANDS) COMMANDS[name](inUse);
    else inUse.dispatch(inUse.state.replaceSelection(text), { scrollIntoView: true });
    inUse.focus();
  });
  // The editor keeps the focus, and the keyboard stays.
  return Object.assign(made, { tabIndex: -1, ariaLabel: name || sign, onpointerdown: event => event.preventDefault() });
}
