"""The live figure: what a tick draws, what it sends, what it says, and what it never does."""

import asyncio
import gc
import io
import itertools
import json
import re
import subprocess
import time
import tracemalloc
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor

import matplotlib.image
import numpy as np
import pytest
from ipywidgets import Checkbox, Dropdown, FloatLogSlider, FloatSlider, IntSlider, Widget
from jupyter_client.manager import start_new_kernel
from matplotlib._pylab_helpers import Gcf
from matplotlib.figure import Figure

from mlcore.book import figures
from mlcore.book.live import Live, Press, hold, moving, show_if, stops

N = 333


@pytest.fixture(autouse=True)
def _leave_no_widget_behind():
    yield
    Widget.close_all()


def birds_and_line(figure):
    """A still cloud of 333 points, a moving line with its misses, and a title to switch."""
    on = figure.subplots(subplot_kw={"xlim": (0, 1), "ylim": (-3, 3)})
    x = np.linspace(0, 1, N)
    figures.data(on, x, np.sin(9 * x))
    (line,) = on.plot([0, 1], [0, 0])
    misses = figures.misses(on, x, x, np.sin(9 * x))
    title = on.text(0.5, 2, "told apart", visible=False)
    moving(line, misses)

    def move(slope, apart=False, pressed=0):
        if slope > 2:
            raise ValueError(f"slope is {slope:g}, <too> steep")
        line.set_ydata([0, slope])
        misses.set_data(*figures.sticks(x, slope * x, np.sin(9 * x)))
        show_if(apart, title)
        return f"Slope {slope:g} & {pressed} presses."

    return move


def a_line(**controls):
    return Live(birds_and_line, slope=FloatSlider(0.5, min=-3, max=3), **controls)


def drawing(live):
    """What the page gets in one tick, and what it got once."""
    return live.picture.frame, live.picture.still


def still_pixels(live):
    return matplotlib.image.imread(io.BytesIO(b64decode(live.picture.still.partition(",")[2])))


def test_a_slider_moves_the_strokes_and_the_sentence_and_leaves_the_still_parts():
    live = a_line()
    front, still = drawing(live)
    live.controls["slope"].value = 1.5
    assert drawing(live)[0] != front
    assert drawing(live)[1] is still
    assert live.sentence == "Slope 1.5 & 0 presses."


def test_the_still_parts_are_there_from_the_start():
    dark = still_pixels(a_line())[..., :3].max(axis=-1) < 0.5
    assert dark.sum() > 50 * N


def test_the_moving_parts_are_not_in_the_still_picture():
    assert (still_pixels(a_line()) == still_pixels(a_line().set(slope=-2))).all()


def test_a_still_part_that_changes_is_drawn_anew_and_only_then():
    live = a_line(apart=Checkbox(False, description="apart"))
    still = live.picture.still
    apart = live.set(apart=True).picture.still
    assert apart != still
    assert live.set(slope=1).picture.still is apart
    assert live.set(apart=False).picture.still == still


def test_a_tick_with_333_misses_is_smaller_than_40_kilobytes():
    assert len(json.dumps(a_line().picture.frame)) < 40_000


def test_the_sentence_is_on_the_page_as_words_and_as_the_name_of_the_picture():
    frame = a_line().picture.frame
    assert frame["sentence"] == "Slope 0.5 & 0 presses."
    assert 'aria-label="Slope 0.5 &amp; 0 presses."' in frame["moving"]


def test_nothing_in_the_drawing_reaches_the_rest_of_the_page():
    front = a_line().picture.frame["moving"]
    assert "<style" not in front
    assert "<metadata" not in front
    one, other = (
        set(re.findall(r'id="([^"]+)"', a_line().picture.frame["moving"])) for _ in range(2)
    )
    assert not one & other


def test_moving_parts_leave_the_layout_alone():
    def draw(figure, far):
        on = figure.subplots()
        moving(on.text(far, 0, "a text that moves"))
        return lambda: "Nothing moves."

    near, far = (Live(lambda figure, x=x: draw(figure, x)).figure.axes[0] for x in (0, 1.2))
    assert near.get_position().bounds == far.get_position().bounds


def test_reset_leads_back_to_the_first_picture():
    live = a_line(pressed=Press("press"), apart=Checkbox(False, description="apart"))
    before, values = drawing(live), live.values
    live.set(slope=-1, apart=True).controls["pressed"].click()
    assert drawing(live) != before
    live.reset()
    assert (drawing(live), live.values) == (before, values)


def test_the_button_on_the_page_resets():
    live = a_line().set(slope=1)
    live.children[0].children[-1].click()
    assert live.values == {"slope": 0.5}


def test_a_press_counts():
    live = a_line(pressed=Press("press"))
    for _ in range(3):
        live.controls["pressed"].click()
    assert live.sentence == "Slope 0.5 & 3 presses."


def test_an_error_is_said_in_words_and_raised_and_the_widget_lives_on():
    live = a_line()
    with pytest.raises(ValueError, match="too"):
        live.set(slope=3)
    assert live.picture.frame["alert"].endswith("ValueError: slope is 3, <too> steep")
    assert "alert" not in live.set(slope=1).picture.frame


def test_of_a_hundred_messages_at_once_the_newest_is_drawn_and_few_others():
    live, sentences = a_line(), []
    live.picture.observe(lambda change: sentences.append(live.sentence), "frame")

    async def slide():
        live._next_frame = time.monotonic() + 0.05
        for slope in np.linspace(-2, 2, 100):
            live.controls["slope"].value = slope
        await asyncio.sleep(0.1)

    asyncio.run(slide())
    assert sentences == ["Slope 2 & 0 presses."]


def test_while_messages_keep_coming_the_picture_keeps_moving():
    live, sentences = a_line(), []
    live.picture.observe(lambda change: sentences.append(live.sentence), "frame")

    async def slide():
        for slope in np.linspace(-2, 2, 100):
            live.controls["slope"].value = slope
            await asyncio.sleep(0.002)

    asyncio.run(slide())
    assert 3 <= len(sentences) < 100


def a_held_dot():
    def draw(figure):
        on = figure.subplots(subplot_kw={"xlim": (0, 10), "ylim": (0, 1)})
        (dot,) = moving(*on.plot(0, 0, "o"))
        hold(dot, "the dot", lambda x, y, _: {"x": x, "y": y}, anywhere=True)

        def move(x, y):
            dot.set_data([x], [y])
            return f"x {x:g}, y {y:g}"

        return move

    x, y = IntSlider(2, max=8, description="x"), FloatSlider(0.5, max=1, description="y")
    return Live(draw, x=x, y=y)


def take(live, **hand):
    live._take(None, {"handle": 0, **hand}, [])


def test_a_held_part_goes_to_the_nearest_possible_place_and_says_it():
    live = a_held_dot()
    left, top, right, bottom = live.picture.handles[0]["box"]
    width, height = right - left, bottom - top
    take(live, first=True, places=[[left + 0.52 * width, top + 0.31 * height]])
    assert live.values == {"x": 5, "y": 0.7}
    ((x, y, says),) = live.picture.frame["places"]
    assert (x, y) == pytest.approx((left + 0.5 * width, top + 0.3 * height), abs=1e-3)
    assert says == "x 5, y 0.70"


def test_what_is_held_by_a_control_without_a_name_says_its_value():
    def draw(figure):
        (dot,) = moving(*figure.subplots().plot(0, 0, "o"))
        hold(dot, "the dot", lambda x, y, _: {"x": x})
        return lambda x: f"{x:g}"

    ((_, _, says),) = Live(draw, x=FloatSlider(0.5)).picture.frame["places"]
    assert says == "0.50"


def test_a_key_goes_the_shortest_way_that_makes_a_difference():
    live = a_held_dot()
    take(live, by=[1, 0])
    take(live, by=[0, -1])
    assert live.values == {"x": 3, "y": 0.4}
    for _ in range(9):
        take(live, by=[1, 0])
    assert live.values["x"] == 8


def test_of_a_hundred_places_of_the_hand_the_newest_is_drawn_and_few_others():
    live, drawn = a_held_dot(), []
    live.picture.observe(lambda _: drawn.append(live.sentence), "frame")

    async def drag():
        for share in np.linspace(0, 1, 100):
            take(live, first=not share, places=[[share, 0.5]])
        await asyncio.sleep(0.1)

    asyncio.run(drag())
    assert len(drawn) < 5
    assert drawn[-1].startswith("x 8,")


def test_messages_in_two_threads_draw_one_after_the_other():
    at_work, together = [], []

    def draw(figure):
        def move(x, y):
            at_work.append(x)
            together.append(len(at_work))
            time.sleep(0.05)
            at_work.pop()
            return f"{x:g} and {y:g}"

        return move

    live = Live(draw, x=FloatSlider(0), y=FloatSlider(0))
    with ThreadPoolExecutor() as threads:
        for control in live.controls.values():
            threads.submit(setattr, control, "value", 7)
    assert together == [1, 1, 1]
    assert live.sentence == "7 and 7"


def test_an_answer_from_python_does_not_wait_for_the_loop():
    live = a_line()

    async def ask():
        return live.set(slope=1).sentence

    assert asyncio.run(ask()) == "Slope 1 & 0 presses."


def test_a_snapshot_is_a_picture_with_all_its_parts_and_the_same_each_time():
    live = a_line()
    picture, sentence = live.snapshot(slope=1)
    assert picture.startswith(b"\x89PNG")
    assert sentence == "Slope 1 & 0 presses."
    assert live.snapshot(slope=2)[0] != picture
    assert live.snapshot(slope=1)[0] == picture


def test_a_snapshot_leaves_the_widget_as_it_was():
    live = a_line()
    before = drawing(live)
    live.snapshot()
    live.redraw()
    assert drawing(live) == before


def test_the_frames_sweep_a_control_and_put_it_back():
    live = a_line()
    live.controls["slope"].max = 2
    frames = live.frames("slope", at_most=3)
    assert [value for value, _, _ in frames] == [-3, -0.5, 2]
    assert len({picture for _, picture, _ in frames}) == 3
    assert frames[-1][2] == "Slope 2 & 0 presses."
    assert live.values == {"slope": 0.5}


@pytest.mark.parametrize(
    ("control", "values"),
    [
        (IntSlider(1, min=0, max=4), [0, 2, 4]),
        (FloatSlider(1, min=0, max=0.3, step=0.1), [0, 0.2, 0.3]),
        (FloatLogSlider(1, min=-1, max=1, step=0.5), [0.1, 1, 10]),
        (Checkbox(False), [False, True]),
        (Dropdown(options=["a", "b"]), ["a", "b"]),
        (Dropdown(options=[("a", 1), ("b", 2)]), [1, 2]),
        (Press("press"), [0]),
    ],
    ids=lambda control: type(control).__name__,
)
def test_the_stops_of_a_control_go_from_its_first_value_to_its_last(control, values):
    assert stops(control, at_most=3) == values


def test_a_dead_widget_leaves_a_picture_and_its_words():
    live = a_line()
    data, metadata = live._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == live.model_id
    assert data["text/plain"] == live.sentence
    assert b64decode(data["image/png"]) == live.snapshot()[0]
    assert metadata == {"image/png": {"alt": live.sentence, "width": 800, "height": 360}}


def test_the_printed_frames_are_what_the_page_shows_at_each_combination_of_values():
    live = a_line(apart=Checkbox(False, description="apart"))
    before = drawing(live)
    frames = list(live.printed({"apart": [False, True], "slope": [0.5, 1]}, salt="one"))
    assert drawing(live) == before
    for frame, (apart, slope) in zip(
        frames, itertools.product([False, True], [0.5, 1]), strict=True
    ):
        front, still = drawing(live.set(apart=apart, slope=slope))
        assert frame.sentence == live.sentence
        assert frame.still == still
        assert without_names(frame.moving) == in_print(without_names(front["moving"]))


def test_the_names_in_printed_frames_come_from_the_salt_alone():
    frames = [next(a_line().printed({"slope": [1]}, salt)) for salt in ("one", "one", "other")]
    assert frames[0] == frames[1]
    names = [set(re.findall(r'id="([^"]+)"', frame.moving)) for frame in frames[1:]]
    assert names[0]
    assert not names[0] & names[1]


A_WIDGET = """
import gc
from ipywidgets import FloatSlider
from ipywidgets.widgets.widget import _instances
from matplotlib.figure import Figure
from mlcore.book.live import Live

def draw(figure):
    figure.subplots()
    return lambda x: f"{x:g}"

def widget():
    return Live(draw, x=FloatSlider(0.5))

def alive():
    print(sum(isinstance(thing, Figure) for thing in gc.get_objects()), len(_instances))
"""


@pytest.fixture(scope="module")
def run():
    """A real kernel, and the way to run a cell in it, with its name as JupyterLab says it."""
    manager, kernel = start_new_kernel(stderr=subprocess.DEVNULL)

    def run(code, cell=None):
        content = {"code": code, "silent": False, "store_history": True}
        request = kernel.session.msg("execute_request", content, metadata=cell and {"cellId": cell})
        kernel.shell_channel.send(request)
        said = []
        while said[-1:] != ["idle"]:
            message = kernel.get_iopub_msg(timeout=60)["content"]
            assert "ename" not in message, message
            said.append(message.get("text", message.get("execution_state")))
        return "".join(filter(None, said))

    yield run
    kernel.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("name", ["a name", None])
def test_a_widget_is_let_go_when_its_cell_is_run_again_and_its_copy_lives_on(run, name):
    run(A_WIDGET)
    cells = {f"first = widget(); first  # {name}": name, "widget()": name and f"{name} too"}

    def run_all():
        for code, cell in cells.items():
            run(code, cell)

    for _ in range(2):
        run_all()
    before = run("alive()")
    for _ in range(5):
        run_all()
    assert run("alive()") == before
    assert "0.7" in run("print(first.set(x=0.7).sentence)")


def in_print(drawing):
    return re.sub(r"(\d\d\.\d)\d+", r"\1", drawing)


def without_names(drawing):
    return re.sub(r'(id="|#)\w+', "", drawing)


def test_a_hundred_redraws_leave_figures_and_memory_as_they_were():
    live = a_line()

    def walk():
        for slope in np.linspace(-2, 2, 100):
            live.set(slope=slope)
        gc.collect()
        n_figures = sum(isinstance(thing, Figure) for thing in gc.get_objects())
        return n_figures, len(live.figure.findobj()), tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    walk()  # the first fills the caches
    before, after = walk(), walk()
    tracemalloc.stop()
    assert after[:2] == before[:2]
    assert after[2] - before[2] < 20_000
    assert not Gcf.figs  # pyplot, which keeps every figure alive, has no part in it
