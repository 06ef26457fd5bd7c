"""The one way to show a picture."""

import base64
import contextlib
import io
import itertools
import struct

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from mlcore.book import figures

SENTENCE = "Three dots rise from 1 g to 3 g."


def draw():
    axes = figures.axes("flipper length (mm)", "body mass (g)")
    figures.data(axes, [1, 2, 3], [1, 2, 3])
    figures.misses(axes, [1, 2, 3], [2, 2, 2], [1, 2, 3])
    figures.line(axes, [1, 3], [2, 2], "mean")
    return axes


@pytest.fixture
def picture():
    return draw()


@pytest.fixture
def shown(monkeypatch):
    calls = []
    monkeypatch.setattr(figures, "display", lambda *args, **kwargs: calls.append((args, kwargs)))
    return calls


def test_a_picture_is_shown_with_its_description_as_alt_text_and_text_form(picture, shown):
    figures.show(picture, SENTENCE)
    (bundle,), extra = shown[0]
    assert bundle["text/plain"] == SENTENCE
    assert extra["metadata"]["image/png"]["alt"] == SENTENCE


def test_a_description_has_minus_signs_for_hyphens(picture, shown):
    figures.show(picture, "The line falls from 2 g to -3 g.")
    assert shown[0][0][0]["text/plain"] == "The line falls from 2 g to −3 g."


def test_a_picture_is_sharp_at_twice_the_size_it_is_shown(picture, shown):
    figures.show(picture, SENTENCE)
    (bundle,), extra = shown[0]
    width, height = struct.unpack(">II", base64.b64decode(bundle["image/png"])[16:24])
    shown_at = extra["metadata"]["image/png"]
    assert (width, height) == (2 * shown_at["width"], 2 * shown_at["height"]) == (1440, 800)


def test_the_description_reaches_screen_readers_where_pictures_have_no_alt_text(picture, shown):
    figures.show(picture, "One line through <all> dots & none beside.")
    (words,), _ = shown[1]
    assert "&lt;all&gt; dots &amp; none" in words.data


@pytest.mark.parametrize("description", ["", "a plot", "Figure 1"])
def test_no_picture_is_shown_without_a_sentence(picture, shown, description):
    with pytest.raises(ValueError, match="wanted a sentence"):
        figures.show(picture, description)
    assert not shown


def test_a_picture_drawn_again_is_the_same_bytes():
    assert figures.png(draw().figure) == figures.png(draw().figure)


def every_kind():
    axes = draw()
    figures.groups(axes, [1, 2, 3], [3, 2, 1], [0, 1, 2], ["Adelie", "Chinstrap", "Gentoo"])
    axes.bar([1, 2], [0.5, 1.5])
    axes.text(1, 2, "$x^2$")
    axes.figure.colorbar(axes.contourf([1, 2], [1, 2], [[-1, 1500], [-2, 0.5]]))
    return figures.png(axes.figure)


@pytest.fixture(scope="module")
def wanted():
    return every_kind()


def a_readers_file(tmp_path):
    (tmp_path / "matplotlibrc").write_text("font.size: 30\nsavefig.transparent: True\n")
    matplotlib.rc_file(tmp_path / "matplotlibrc")


SESSIONS = {
    "dark_background": lambda _: plt.style.use("dark_background"),
    "rcdefaults": lambda _: matplotlib.rcdefaults(),
    "xkcd": lambda _: plt.xkcd(),
    "locale": lambda _: matplotlib.rc("axes.formatter", use_locale=True),
    "backend": lambda _: matplotlib.use("svg"),
    "matplotlibrc": a_readers_file,
}


@pytest.mark.parametrize("session", SESSIONS)
def test_pictures_neither_take_the_style_of_the_session_nor_give_theirs(session, wanted, tmp_path):
    with matplotlib.rc_context():
        SESSIONS[session](tmp_path)
        settings = dict(matplotlib.rcParams)
        assert every_kind() == wanted
        assert dict(matplotlib.rcParams) == settings


def test_the_paper_is_a_white_card_with_round_corners(picture):
    height, width = (pixels := plt.imread(io.BytesIO(figures.png(picture.figure)))).shape[:2]
    corners, inside = pixels[:: height - 1, :: width - 1], pixels[20:-20:20, 20:-20:20]
    assert (corners[..., 3] == 0).all()
    assert (inside[..., 3] == 1).all()


def test_text_is_at_least_ten_points(picture):
    figures.png(picture.figure)
    texts = [text for text in picture.figure.findobj(Text) if text.get_text()]
    assert len(texts) > 10
    assert min(text.get_fontsize() for text in texts) >= 10


def test_groups_differ_in_colour_and_in_marker():
    axes = figures.axes("x", "y")
    figures.groups(axes, [1, 2, 3], [1, 2, 3], [0, 1, 2], ["Adelie", "Chinstrap", "Gentoo"])
    drawn = axes.collections
    assert len({tuple(np.ravel(group.get_facecolor())) for group in drawn}) == 3
    assert len({group.get_paths()[0].vertices.tobytes() for group in drawn}) == 3


def contrast_with_white(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 1.05 / (np.dot([0.2126, 0.7152, 0.0722], linear) + 0.05)


@pytest.mark.parametrize("colour", [figures.DATA, figures.MODEL, figures.ERROR, figures.TRUTH])
def test_lines_and_dots_stand_out_from_the_paper(colour):
    assert contrast_with_white(colour) >= 3


@pytest.mark.parametrize("colour", [*figures.INK, figures.DATA, figures.MODEL])
def test_the_words_on_a_line_are_darker_than_the_line_where_reading_needs_it(colour):
    axes = figures.axes("x", "y")
    figures.line(axes, [1, 2], [1, 2], "its name", colour)
    assert contrast_with_white(axes.texts[0].get_color()) >= 4.5


def test_hyphens_before_numbers_become_minus_signs_and_zero_has_none():
    said = figures.minus("-3.5 g, (-17), +2, -0.000, -0.01, 2 - 1, 1e-05, well-known, -0.")
    assert said == "−3.5 g, (−17), +2, 0.000, −0.01, 2 - 1, 1e-05, well-known, 0."


# --- for a phone ---


def panels(sheet):
    """Which panels stand beside or above which: their columns and rows, from the upper left."""
    places = [on.get_position() for on in sheet.axes]
    return [len({round(getattr(place, side), 2) for place in places}) for side in ("x0", "y0")]


def test_for_a_phone_panels_stand_one_above_another():
    with figures.narrow():
        sheet, mosaic = figures.Sheet(8, 4), figures.Sheet(8, 4)
    assert sheet.subplots(2, 2, width_ratios=(2, 1), height_ratios=(1, 3)).shape == (2, 2)
    assert panels(sheet) == [1, 4]
    mosaic.subplot_mosaic([["a", "b"], ["a", "c"]], height_ratios=(1, 2))
    assert panels(mosaic) == [1, 3]
    assert sheet.get_figwidth() == mosaic.get_figwidth() == figures.NARROW
    wide = figures.Sheet(8, 4)
    wide.subplots(2, 2)
    assert (panels(wide), *wide.get_size_inches()) == ([2, 2], 8, 4)


def test_panels_come_in_reading_order_on_one_card_and_one_above_another_for_a_phone():
    def places():
        pictures = figures.panels(2, 3)
        (figure,) = {on.figure for on in pictures}
        figure.draw_without_rendering()
        return [(round(-on.get_position().y0, 1), on.get_position().x0) for on in pictures]

    assert places() == sorted(places())
    assert len({row for row, _ in places()}) == 2
    with figures.narrow():
        assert len({row for row, _ in places()}) == 6


def test_for_a_phone_words_at_an_axis_keep_apart_and_are_not_cut_off():
    with figures.narrow():
        axes = figures.axes("the weight of a bird in grams, with the best bias there is", "y")
    axes.set(xticks=range(-2, 12), xticklabels=[f"{n} kg" for n in range(14)])
    axes.set_xlim(0, 10)
    sheet = axes.figure
    sheet.settle()
    ends = axes.xaxis.label.get_window_extent().get_points()[:, 0]
    assert 0 <= ends[0] < ends[1] <= sheet.bbox.width
    labels = [each for each in axes.get_xticklabels() if each.get_text()]
    places = [label.get_window_extent() for label in labels]
    assert all(left.x1 < right.x0 for left, right in itertools.pairwise(places))
    assert len(places) > 1
    assert axes.get_xlim() == (0, 10)


def test_only_what_is_begun_for_a_phone_is_narrow():
    with figures.narrow():
        pass
    assert figures.axes("x", "y").figure.get_figwidth() == 7.2


@pytest.mark.parametrize("for_a_phone", [False, True])
def test_in_space_every_word_is_in_the_picture_too(for_a_phone):
    with figures.narrow() if for_a_phone else contextlib.nullcontext():
        picture = figures.space("weight w (g per mm)", "mass at 201 mm (g)", "loss (g²)")
        picture.set(xlim=(-25, 125), ylim=(3150, 5250), zlim=(0, 1300000))
        picture.set(xticks=[0, 50, 100], yticks=[3500, 5000], zticks=[0, 500000, 1000000])
        drawn = plt.imread(io.BytesIO(figures.png(picture.figure)))
    blank = np.all(drawn[..., :3] > 0.99, axis=-1) | (drawn[..., 3] < 0.5)
    edge = np.concatenate([blank[:4].ravel(), blank[-4:].ravel(), blank[:, :4].ravel()])
    assert edge.all()
    assert blank[:, -4:].all()
    assert not blank.all()
