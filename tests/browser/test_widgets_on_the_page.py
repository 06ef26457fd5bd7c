"""The chapters in a real JupyterLab: everything runs, and the pictures follow the hand."""

import re
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CHAPTERS = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
PATIENCE = 20_000
"""Milliseconds for a picture to change, on a busy machine."""
QUIET = 6
"""Looks, one each 50 ms, that must be alike before a picture is at rest."""


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_widget_of_a_chapter_follows_the_hand(chapter, run_all, screenshots):
    page = run_all(chapter)
    assert page.locator(".mlcore-live").count()
    for number, widget in enumerate(page.locator(".mlcore-live").all(), 1):
        name = f"{Path(chapter).stem}_{number}"
        widget.scroll_into_view_if_needed()
        widget.locator(".mlcore-front p", has_text=re.compile("[.]")).wait_for()
        widget.screenshot(path=screenshots / f"{name}_start.png")
        start = shown(widget)
        no_label_is_clipped(widget)
        the_sentence_names_the_picture_and_is_spoken_when_it_changes(widget)
        every_slider_moves_the_picture_and_the_sentence(widget)
        every_switch_changes_something(widget)
        widget.screenshot(path=screenshots / f"{name}_moved.png")
        widget.get_by_role("button", name="Reset").click()
        assert comes_back(widget, start)


def test_in_notebook_7_the_arrow_keys_move_the_slider_and_stay_with_it(run_all):
    widget = run_all("one_widget.ipynb", view="notebooks").locator(".mlcore-live").first
    slider = widget.get_by_role("slider").first
    before, after = by_key(widget, slider, "ArrowRight")
    assert after[0] != before[0]
    assert slider.evaluate("slider => slider === document.activeElement")


def the_sentence_names_the_picture_and_is_spoken_when_it_changes(widget):
    sentence = widget.locator("[aria-live=polite] > p").inner_text()
    assert sentence
    assert widget.get_by_role("img").get_attribute("aria-label") == sentence


def every_slider_moves_the_picture_and_the_sentence(widget):
    for slider in widget.get_by_role("slider").all():
        name = slider.get_attribute("aria-label")
        assert name, "a slider without a name"
        key, share = far_end(slider)
        for before, after in (by_key(widget, slider, key), by_mouse(widget, slider, 1 - share)):
            assert after[0] != before[0], f"{name}: the picture stands still"
            assert after[1] != before[1], f"{name}: the sentence stays the same"


def every_switch_changes_something(widget):
    switches = "input[type=checkbox], .widget-toggle-buttons button:not(.mod-active)"
    for switch in widget.locator(switches).all():
        before = shown(widget)
        switch.click()
        assert settled(widget, before) != before


def no_label_is_clipped(widget):
    labels = widget.locator(".widget-label, button").all()
    clipped = "label => label.scrollWidth > label.clientWidth + 1"
    assert not [label.inner_text() for label in labels if label.evaluate(clipped)]


def shown(widget):
    """The picture, moving and still parts, and the sentence, as they are on the page."""
    moving, still = widget.locator("svg").inner_html(), widget.locator("img").get_attribute("src")
    return moving + still, widget.locator(".mlcore-front p").inner_text()


def settled(widget, before):
    """What is shown when it is no longer what it was, and nothing more comes for a while."""
    seen = [before]
    while len(seen) < PATIENCE // 50 and (before in seen[-QUIET:] or len({*seen[-QUIET:]}) > 1):
        widget.page.wait_for_timeout(50)
        seen.append(shown(widget))
    return seen[-1]


def comes_back(widget, start):
    """Whether it is shown again."""
    for _ in range(PATIENCE // 50):
        if shown(widget) == start:
            return True
        widget.page.wait_for_timeout(50)
    return False


def far_end(slider):
    """The end of the slider that is further away: its key, and its share of the way."""
    low, now, high = (
        float(slider.get_attribute(f"aria-value{name}")) for name in ("min", "now", "max")
    )
    return ("End", 1) if now - low <= high - now else ("Home", 0)


def by_key(widget, slider, key):
    before = shown(widget)
    slider.focus()
    slider.press(key)
    return before, settled(widget, before)


def by_mouse(widget, slider, share):
    """Drag the handle to this share of the slider's way."""
    before, mouse = shown(widget), widget.page.mouse
    handle = slider.bounding_box()
    way = slider.locator("xpath=ancestor::*[contains(@class, 'noUi-base')]").bounding_box()
    y = handle["y"] + handle["height"] / 2
    mouse.move(handle["x"] + handle["width"] / 2, y)
    mouse.down()
    mouse.move(way["x"] + share * way["width"], y, steps=10)
    mouse.up()
    return before, settled(widget, before)
