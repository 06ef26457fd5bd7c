// What the pages take of CodeMirror; esbuild makes one file of it when the site is built.
export { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
export {
  cursorCharLeft, cursorCharRight, defaultKeymap, history, historyKeymap, indentLess, indentMore, redo, undo,
} from "@codemirror/commands";
export { python } from "@codemirror/lang-python";
export { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
export { EditorState } from "@codemirror/state";
export { drawSelection, EditorView, highlightSpecialChars, keymap } from "@codemirror/view";
export { tags } from "@lezer/highlight";
