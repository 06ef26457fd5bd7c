"""A chapter as a page for any browser: read from its notebook, with frames for its widgets.

`chapter` reads a notebook into cells that know what they are for, `frames` prints a widget's
pictures beforehand, `states` tells what a widget shows on paper, and `page` makes the file out
of `page.html`, `page.css` and `page.js`.
"""
