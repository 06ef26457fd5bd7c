"""Every widget of the book: built, driven into every corner, and held to its word.

The widgets are found, not listed: every ``explore_...`` function of every module in
`mlcore.book.widgets`.
"""

import importlib
import itertools
import json
import pkgutil
import re

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

from mlcore.book import figures, layers, widgets
from mlcore.book.live import Press, stops

MODULES = [
    importlib.import_module(f"{widgets.__name__}.{module.name}")
    for module in pkgutil.iter_modules(widgets.__path__)
]
EXPLORE = [
    (module, name) for module in MODULES for name in vars(module) if name.startswith("explore_")
]
NAMES = [f"{module.__name__.rpartition('.')[2]}.{name}" for module, name in EXPLORE]


@pytest.fixture(scope="module", params=EXPLORE, ids=NAMES)
def built(request):
    module, name = request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layers, "PNG_DPI", 50)  # the laws hold for coarse pictures, too
        yield getattr(module, name)()


@pytest.fixture
def live(built):
    return built.reset()


def page(live):
    """All that the page shows."""
    return live.picture.frame["moving"], live.sentence, live.picture.still


def ends(control):
    """The extremes of a slider, every option of a choice, three presses of a button."""
    if isinstance(control, Press):
        return range(4)
    return stops(control, at_most=2)


def corners(live):
    return [
        dict(zip(live.controls, values, strict=True))
        for values in itertools.product(*map(ends, live.controls.values()))
    ]


def push(control, value):
    """Move a control as a hand does: a button can only be pressed."""
    if not isinstance(control, Press):
        control.value = value
    elif value > control.value:
        control.click()


def is_slider(control):
    return hasattr(control, "orientation")


@pytest.mark.parametrize(("module", "name"), EXPLORE, ids=NAMES)
def test_a_widget_is_exported_and_says_what_it_is_for(module, name):
    assert name in module.__all__
    assert getattr(module, name).__doc__


def test_words_are_in_the_dark_shade_of_their_colour(live):
    words = [text for text in live.figure.findobj(Text) if text.get_text().strip()]
    colours = {to_hex(text.get_color()) for text in words} - {"#ffffff"}  # white is on a bar
    too_pale = {colour.lower() for colour in figures.INK}
    assert not colours & too_pale


def test_a_widget_neither_takes_the_style_of_the_session_nor_gives_its_own(live, request):
    module, name = request.node.callspec.params["built"]
    start = {key: [value] for key, value in live.values.items()}
    wanted = [*live.printed(start, "x")], live.snapshot()
    with matplotlib.rc_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(layers, "PNG_DPI", 50)
        plt.style.use("dark_background")
        plt.xkcd()
        matplotlib.rc("font", size=30)
        matplotlib.rc("axes.formatter", use_locale=True)
        settings = dict(matplotlib.rcParams)
        stranger = getattr(module, name)()
        assert ([*stranger.printed(start, "x")], stranger.snapshot()) == wanted
        assert dict(matplotlib.rcParams) == settings


def test_a_widget_has_at_most_three_sliders_and_names_them_all(live):
    controls = live.controls.values()
    assert sum(map(is_slider, controls)) <= 3
    assert all(getattr(control, "description", None) or control.label for control in controls)


def test_every_corner_of_the_controls_has_a_picture_and_a_sentence(live):
    for corner in corners(live):
        live.set(**corner)
        assert "<svg" in live.picture.frame["moving"]
        assert len(live.sentence.split()) >= 5
        assert "nan" not in live.sentence.split()
        words = [live.sentence, *(text.get_text() for text in live.figure.findobj(Text))]
        written = re.sub(r"\$.*?\$", "", " ".join(words))
        assert not re.findall(r"\d,\d{3}|(?<![\w.])-\.?\d", written)


def test_a_random_walk_of_60_moves_leads_back_to_the_first_picture(live):
    before, n_parts = page(live), len(live.figure.findobj())
    rng = np.random.default_rng(0)
    for _ in range(60):
        control = list(live.controls.values())[rng.integers(len(live.controls))]
        if isinstance(control, Press):
            control.click()
        else:
            control.value = stops(control, at_most=50)[rng.integers(len(stops(control, 50)))]
    live.reset()
    assert page(live) == before
    assert len(live.figure.findobj()) == n_parts


def test_every_control_changes_the_page_and_every_slider_its_picture_and_words(live):
    silent, fixed = set(live.controls), {n for n, c in live.controls.items() if is_slider(c)}
    for corner in [live.values, *corners(live)]:
        for name in silent | fixed:
            pages, drawings, sentences = set(), set(), set()
            for value in ends(live.controls[name]):
                live.set(**(corner | {name: value}))
                pages.add(page(live))
                moving = re.sub(r'aria-label="[^"]*"', "", live.picture.frame["moving"])
                drawings.add((moving, live.picture.still))
                sentences.add(live.sentence)
            silent -= {name} if len(pages) > 1 else set()
            fixed -= {name} if min(len(drawings), len(sentences)) > 1 else set()
        if not silent | fixed:
            return
    assert (silent, fixed) == (set(), set())


def test_the_limits_of_the_axes_stand_still_while_a_slider_moves(live):
    for control in filter(is_slider, live.controls.values()):
        limits = [(on.get_xlim(), on.get_ylim()) for on in live.figure.axes]
        for value in stops(control, at_most=5):
            control.value = value
            assert [(on.get_xlim(), on.get_ylim()) for on in live.figure.axes] == limits


def hand(live, handle, x, y):
    """Hold a handle over a place, in shares of the picture."""
    live._take(None, {"handle": handle, "first": True, "places": [[x, y]]}, [])


def test_a_handle_goes_the_way_of_the_hand_and_says_where_it_is(live):
    for handle, (told, held) in enumerate(zip(live.picture.handles, live.holds, strict=True)):
        if told["draws"]:
            continue
        live.reset()
        low, high = (held.artist.axes.bbox.min, held.artist.axes.bbox.max) / live.figure.bbox.size
        x, y, _ = live.picture.frame["places"][handle]
        before = np.array([x, 1 - y])
        target = before + 0.1 * np.where(before < (low + high) / 2, 1, -1) * (high - low)
        hand(live, handle, target[0], 1 - target[1])
        x, y, says = live.picture.frame["places"][handle]
        along = ["xy".index(axis) for axis in told["along"]]
        assert ((target - before) * ([x, 1 - y] - before))[along].sum() > 0, told["name"]
        assert says


def test_arrow_keys_move_a_handle(live):
    for handle, told in enumerate(live.picture.handles):
        live.reset()
        before, seen = live.sentence, set()
        for by in ([1, 0], [-1, 0], [0, 1], [0, -1]):
            live._take(None, {"handle": handle, "by": by}, [])
            seen.add(live.sentence)
        assert seen - {before}, told["name"]


def is_possible(control):
    """Whether it stands at a stop; of many free numbers, whether each keeps within its bound."""
    if hasattr(control, "bound"):
        return np.abs(control.value).max() <= control.bound
    return control.value in stops(control, at_most=100_000)


def test_a_hand_that_leaves_the_picture_holds_the_nearest_that_is_possible(live):
    for handle in range(len(live.holds)):
        for far in (-9, 9):
            hand(live, handle, far, far)
            for control in map(live.controls.get, live.moves[handle]):
                assert is_possible(control)
        assert "nan" not in live.sentence.split()


def test_a_tick_of_a_slider_is_smaller_than_40_kilobytes(live):
    for control in filter(is_slider, live.controls.values()):
        for value in stops(control, at_most=5):
            still = live.picture.still
            control.value = value
            assert len(json.dumps(live.picture.frame)) < 40_000
            assert live.picture.still is still


@pytest.mark.parametrize(("module", "name"), EXPLORE, ids=NAMES)
def test_for_a_phone_every_word_is_ten_points_tall_and_in_the_picture(module, name):
    with figures.narrow():
        live = getattr(module, name)()
    sheet = live.figure
    assert sheet.get_figwidth() * 96 <= 360  # on such a screen its points are points, and more
    sheet.draw_without_rendering()
    legends = filter(None, (on.get_legend() for on in sheet.axes))
    hidden = [legend for legend in legends if not legend.get_visible()]
    unseen = {text for legend in hidden for text in legend.get_texts()}
    words = [text for text in {*sheet.findobj(Text)} - unseen if text.get_visible()]
    words = [text for text in words if text.get_text().strip()]
    assert min(text.get_size() for text in words) >= 10
    marks = at_marks(sheet)
    free = [text for text in words if text not in marks]
    for place in (text.get_window_extent() for text in free):
        (left, bottom), (right, top) = place.get_points()
        assert left > -1, name
        assert bottom > -1, name
        assert right < sheet.bbox.width + 1, name
        assert top < sheet.bbox.height + 1, name
    live.close()


def at_marks(sheet):
    """The words at the marks of the axes, of which some are out of sight."""
    return [
        label
        for on in sheet.axes
        for axis in (on.xaxis, on.yaxis)
        for label in axis.get_ticklabels(which="both")
    ]
