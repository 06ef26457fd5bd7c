"""What the chapters need beside the core: pictures that move, exercises, and what is printed.

Nothing is imported here, so that a chapter loads only the part that it uses, and the core
never loads any of it.
"""
