"""The widgets of the book, one module for each chapter; in a chapter each is one line."""
