"""The pictures of a living page in the hand: by mouse, by finger and by key."""

import pytest
from test_living import STEMS, visit  # noqa: F401  a fixture
from test_widgets_on_the_page import fingers, middle, mouse

DESK = {"viewport": {"width": 1280, "height": 1000}, "has_touch": True}
FAR = 0.9
"""Of the width and the height of a picture: far enough for its next frame, however few it has."""


@pytest.mark.parametrize("stem", STEMS)
def test_every_handle_of_a_page_follows_the_mouse_the_finger_and_the_key(stem, visit):  # noqa: F811
    page, held = visit(f"{stem}.html", **DESK), 0
    for picture in page.locator(".live").all():
        picture.scroll_into_view_if_needed()
        for handle in picture.locator(".mlcore-handle:not([hidden])").all():
            held += 1
            for hold in (by_pointer(mouse), by_pointer(fingers), by_arrow_key):
                before, name = shown(picture), handle.get_attribute("aria-label")
                # At the end of its way it can only go back.
                changed = any(hold(picture, handle, way) for way in (1, -1))
                assert changed, f"{name}: {hold} moves nothing"
                after = shown(picture)
                assert after[0] != before[0], f"{name}: the picture stands still"
                assert after[1] != before[1], f"{name}: the sentence stays the same"
                the_sliders_say_what_the_handle_says(picture, handle)
    assert held
    page.close()


def test_on_a_page_a_drag_may_leave_the_picture_and_a_second_finger_does_not_disturb_it(visit):  # noqa: F811
    page = visit("02_losses.html", **DESK)
    picture = page.locator(".live").first
    weight = picture.locator("[data-control=weight]")
    handle, touch = picture.locator(".mlcore-handle").first, fingers(page)
    x, y = middle(handle)
    touch("touchStart", [(x, y)])
    touch("touchMove", [(x - 2000, y)])
    touch("touchStart", [(x - 2000, y), (x + 50, y)])
    touch("touchMove", [(x - 2000, y), (x + 90, y + 90)])
    touch("touchEnd", [])
    page.wait_for_function("slider => slider.value === '0'", arg=weight.element_handle())
    page.close()


def test_with_another_patient_the_consultation_of_the_clinic_begins_anew(visit):  # noqa: F811
    page = visit("05_softmax.html", **DESK)
    clinic = page.locator("#explore-clinic-live")
    clinic.locator("[data-control=tests]").nth(2).check()
    clinic.locator("[data-control=patient]").nth(1).check()
    assert clinic.locator("[data-control=tests]").first.is_checked()
    clinic.locator("figcaption", has_text="0 tests").wait_for()
    page.close()


def by_pointer(kind):
    """Drag a good part of the way across the picture."""

    def drag(picture, handle, way):
        handle.evaluate("handle => handle.scrollIntoView({block: 'center', behavior: 'instant'})")
        (x, y), hand = middle(handle), kind(picture.page)
        size = picture.locator(".mlcore-picture").bounding_box()
        right, up = way * FAR * size["width"], way * FAR * size["height"]
        before = handle.get_attribute("aria-valuetext")
        hand("touchStart", [(x, y)])
        for share in (0.3, 0.6, 1):
            hand("touchMove", [(x + share * right, y - share * up)])
        hand("touchEnd", [])
        return says_something_else(handle, before)

    return drag


def by_arrow_key(_picture, handle, way):
    before = handle.get_attribute("aria-valuetext")
    for key in (("ArrowUp", "ArrowRight"), ("ArrowDown", "ArrowLeft"))[way < 0]:
        handle.press(key)
    return says_something_else(handle, before)


def says_something_else(handle, before):
    """Whether it does within so many frames of the screen."""
    return handle.evaluate(OTHERWISE, before)


OTHERWISE = """async (handle, before) => {
  for (let i = 0; i < 30 && handle.ariaValueText === before; i++) {
    await new Promise(requestAnimationFrame);
  }
  return handle.ariaValueText !== before;
}"""


def shown(picture):
    """The picture, moving and still parts, and the sentence."""
    moving, still = picture.locator("svg").inner_html(), picture.locator("img").get_attribute("src")
    return moving + still, picture.locator(".mlcore-sentence").inner_text()


def the_sliders_say_what_the_handle_says(picture, handle):
    said = handle.get_attribute("aria-valuetext")
    for slider in picture.locator("[type=range]").all():
        label, value = slider.evaluate(
            "each => [each.parentNode.firstChild.textContent.trim(), each.nextElementSibling.value]"
        )
        assert label not in said or f"{label} {value}" in said
