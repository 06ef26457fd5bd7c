"""The widgets in a real JupyterLab: the pictures follow the hand."""

import itertools
import re
from pathlib import Path

import pytest
from conftest import end_all_kernels, run_notebook

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CHAPTERS = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
PATIENCE = 20_000
"""Milliseconds for a picture to change, on a busy machine."""


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_widget_of_a_chapter_follows_the_hand(chapter, run_all, screenshots):
    page = watched(run_all(chapter))
    in_the_chapter = (NOTEBOOKS / chapter).read_text("utf-8").count("widget-view")
    assert page.locator(".mlcore-live").count() == in_the_chapter > 0
    for number, widget in enumerate(page.locator(".mlcore-live").all(), 1):
        name = f"{Path(chapter).stem}_{number}"
        widget.scroll_into_view_if_needed()
        widget.locator(".mlcore-sentence", has_text=re.compile("[.]")).wait_for()
        widget.screenshot(path=screenshots / f"{name}_start.png")
        start = shown(widget)
        no_label_is_clipped(widget)
        the_sentence_names_the_picture_and_is_spoken_when_it_changes(widget)
        every_slider_moves_the_picture_and_the_sentence(widget)
        every_switch_changes_something(widget)
        every_handle_follows_the_mouse_the_finger_and_the_key(widget)
        a_walk_can_be_watched(widget)
        widget.screenshot(path=screenshots / f"{name}_moved.png")
        widget.get_by_role("button", name="Reset").click()
        assert settled(widget) == start


def a_walk_can_be_watched(widget):
    """Where there are steps, a press takes one after the other, and another press ends that."""
    assert (
        widget.get_by_role("button", name="Watch").count()
        == widget.get_by_role("button", name="Back to step 0").count()
    )
    if widget.get_by_role("button", name="Watch").count():
        widget.get_by_role("button", name="Reset").click()
        widget.get_by_role("button", name="Back to step 0").click()
        told(widget, "Step 0")
        widget.get_by_role("button", name="Watch").click()
        told(widget, re.compile(r"Step (?!0|1\b)\d"))
        stop = widget.get_by_role("button", name="Stop")
        stop.evaluate_all("each => each.forEach(button => button.click())")  # if it still walks
        widget.get_by_role("button", name="Watch").wait_for()


@pytest.fixture(scope="module")
def notebook_7(browser, lab):
    """The widget of a small notebook, in Notebook 7."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, has_touch=True)
    page = watched(run_notebook(context.new_page(), lab, "notebooks/one_widget.ipynb"))
    yield page.locator(".mlcore-live").first
    context.close()


def test_in_notebook_7_the_arrow_keys_move_the_slider_and_stay_with_it(notebook_7):
    widget = notebook_7
    slider = widget.locator(".noUi-handle").first
    before, after = by_key(widget, slider, "ArrowRight")
    assert after[0] != before[0]
    assert slider.evaluate("slider => slider === document.activeElement")


def test_in_notebook_7_a_handle_is_held_by_hand_and_by_key(notebook_7):
    every_handle_follows_the_mouse_the_finger_and_the_key(notebook_7)


def test_a_drag_may_leave_the_picture_and_a_second_finger_does_not_disturb_it(notebook_7):
    handle, touch = notebook_7.locator(".mlcore-handle").first, fingers(notebook_7.page)
    x, y = middle(handle)
    touch("touchStart", [(x, y)])
    touch("touchMove", [(x, y - 2000)])
    touch("touchStart", [(x, y - 2000), (x + 50, y)])
    touch("touchMove", [(x, y - 2000), (x + 90, y + 90)])
    touch("touchEnd", [])
    told(notebook_7, "bias 6000 g")


def test_a_finger_that_misses_the_handles_scrolls_the_page(notebook_7):
    takes = "each => getComputedStyle(each).touchAction"
    assert notebook_7.locator(".mlcore-picture").evaluate(takes) == "auto"
    assert notebook_7.locator(".mlcore-handle").first.evaluate(takes) == "none"


def test_a_picture_stays_when_the_kernel_dies_under_the_hand(run_all, lab):
    widget = run_all("one_widget.ipynb").locator(".mlcore-live").first
    complaints, mouse = [], widget.page.mouse
    widget.page.on("pageerror", lambda error: complaints.append(str(error)))
    x, y = middle(widget.locator(".mlcore-handle").first)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x, y - 20)
    end_all_kernels(lab)
    mouse.move(x, y - 60, steps=9)
    mouse.up()
    assert widget.locator(".mlcore-sentence").inner_text()
    assert not complaints


def test_during_slow_redraws_a_drag_loses_nothing_but_pictures_nobody_waits_for(run_all):
    widget = run_all("slow.ipynb").locator(".mlcore-live").first
    handle, mouse = widget.locator(".mlcore-handle").first, widget.page.mouse
    x, y = middle(handle)
    width = widget.locator(".mlcore-picture").bounding_box()["width"]
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + width, y, steps=60)
    mouse.up()
    told(widget, "At 100,")
    drawn = re.search(r"drawn (\d+) times", widget.locator(".mlcore-sentence").inner_text())
    assert int(drawn[1]) < 30
    assert handle.get_attribute("aria-valuetext") == "x 100"


def every_handle_follows_the_mouse_the_finger_and_the_key(widget):
    """The first in each of the ways, the others in one (in all: test_held_on_a_page.py)."""
    ways = [by_pointer(mouse), by_pointer(fingers), by_arrow_key]
    in_turn = itertools.chain([ways], itertools.cycle([way] for way in ways))
    handles = widget.locator(".mlcore-handle:not([hidden], .draws)").all()
    for handle, holds in zip(handles, in_turn, strict=False):
        name = handle.get_attribute("aria-label")
        for hold in holds:
            start = shown(widget)
            # At the end of its way it can only go back.
            changed = any(hold(widget, handle, way) for way in (1, -1))
            assert changed, f"{name}: {hold} moves nothing"
            now = shown(widget)
            assert now[0] != start[0], f"{name}: the picture stands still"
            assert now[1] != start[1], f"{name}: the sentence stays the same"
            assert handle.evaluate(SAY_OTHERWISE) == []
    for paper in widget.locator(".mlcore-handle.draws").all():
        for kind in (mouse, fingers):
            start, (x, y), hand = shown(widget), middle(paper), kind(widget.page)
            hand("touchStart", [(x, y)])
            for row in range(1, 5):
                hand("touchMove", [(x - 5 * row, y + 15 * row)])
            hand("touchEnd", [])
            assert settled(widget)[1] != start[1]
            widget.get_by_role("button", name="Undo").click()
            assert settled(widget) == start


# The sliders that the handle tells of, and that do not say themselves what it says.
SAY_OTHERWISE = r"""handle => {
  const says = handle.ariaValueText;
  return [...handle.closest(".mlcore-live").querySelectorAll(".noUi-handle")]
    .map(slider => [slider.ariaLabel,
      slider.closest(".jupyter-widgets").querySelector(".widget-readout").textContent])
    .filter(([name, readout]) => says.includes(name) && !says.includes(`${name} ${readout}`));
}"""


def middle(handle):
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def mouse(page):
    """A hand with a mouse."""
    acts = {"touchStart": page.mouse.down, "touchEnd": page.mouse.up, "touchMove": lambda: None}

    def act(kind, places):
        for place in places:
            page.mouse.move(*place)
        acts[kind]()

    return act


def fingers(page):
    """A hand with so many fingers on the glass as there are places."""
    session = page.context.new_cdp_session(page)

    def act(kind, places):
        points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return act


def by_pointer(kind):
    def drag(widget, handle, way):
        (x, y), hand = middle(handle), kind(widget.page)
        before = handle.get_attribute("aria-valuetext")
        hand("touchStart", [(x, y)])
        for share in (0.3, 0.6, 1):
            hand("touchMove", [(x + 30 * way * share, y - 30 * way * share)])
        hand("touchEnd", [])
        return says_something_else(widget, handle, before)

    return drag


def by_arrow_key(widget, handle, way):
    before = handle.get_attribute("aria-valuetext")
    for key in (("ArrowUp", "ArrowRight"), ("ArrowDown", "ArrowLeft"))[way < 0]:
        handle.press(key)
    return says_something_else(widget, handle, before)


def says_something_else(widget, handle, before):
    settled(widget)
    return handle.get_attribute("aria-valuetext") != before


def told(widget, words):
    widget.locator(".mlcore-sentence", has_text=words).wait_for(timeout=PATIENCE)


def the_sentence_names_the_picture_and_is_spoken_when_it_changes(widget):
    sentence = widget.locator("[aria-live=polite]").inner_text()
    assert sentence
    assert widget.get_by_role("img").get_attribute("aria-label") == sentence


def every_slider_moves_the_picture_and_the_sentence(widget):
    for slider in widget.locator(".noUi-handle").all():
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
        assert settled(widget) != before


def no_label_is_clipped(widget):
    labels = widget.locator(".widget-label, button").all()
    clipped = "label => label.scrollWidth > label.clientWidth + 1"
    assert not [label.inner_text() for label in labels if label.evaluate(clipped)]


def shown(widget):
    """The picture, moving and still parts, by a number, and the sentence, as they are there."""
    return widget.evaluate("widget => shown(widget)")


def settled(widget):
    """What is shown when all that the hand has done is answered."""
    return widget.evaluate("widget => atRest().then(() => shown(widget))")


def watched(page):
    """A page that knows which messages to its kernel are not yet answered, and what it showed."""
    page.evaluate(WATCH, [ANSWERED, PATIENCE])
    return page


# Pictures that were due while others were drawn are drawn a little later (`Live._changed`).
ANSWERED = """
async def _answered():
    import asyncio
    from ipywidgets.widgets.widget import _instances
    from mlcore.book import figures
    waiting = True
    while waiting:
        await asyncio.sleep(0.002)
        with figures.DRAWING:
            waiting = any(getattr(each, "_waiting", False) for each in [*_instances.values()])
"""

WATCH = r"""([answered, patience]) => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const run = code => kernel.requestExecute({ code, silent: true }).done;
  const frame = () => new Promise(requestAnimationFrame);
  const open = new Set(), pictures = new Map();
  let sent = 0;
  kernel.anyMessage.connect((_, { direction, msg }) => {
    if (direction === "send" && msg.header.msg_type === "comm_msg") {
      open.add(msg.header.msg_id);
      sent += 1;
    } else if (msg.content.execution_state === "idle") open.delete(msg.parent_header.msg_id);
  });

  window.atRest = async () => {
    const end = Date.now() + patience;
    let known;
    do {
      for (let i = 0; i < 2; i++) await frame();  // a hand is told of once a frame
      for (; open.size; await frame()) if (Date.now() > end) throw Error("no answer");
      known = sent;
      await run("await _answered()");
      await frame();
    } while (sent !== known);  // what was held back while others were not answered
  };

  window.shown = widget => {
    const picture = widget.querySelector("svg").innerHTML + widget.querySelector("img").src;
    if (!pictures.has(picture)) pictures.set(picture, pictures.size);
    return [pictures.get(picture), widget.querySelector(".mlcore-sentence").innerText];
  };
  return run(answered);
}"""


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
    return before, settled(widget)


def by_mouse(widget, slider, share):
    """Drag the handle to this share of the slider's way."""
    before, mouse = shown(widget), widget.page.mouse
    handle = slider.bounding_box()
    way = slider.locator("xpath=ancestor::*[contains(@class, 'noUi-base')]").bounding_box()
    y = handle["y"] + handle["height"] / 2
    mouse.move(handle["x"] + handle["width"] / 2, y)
    mouse.down()
    mouse.move(way["x"] + share * way["width"], y, steps=4)
    mouse.up()
    return before, settled(widget)
