"""How long after the hand does the picture follow?

    python tests/benchmarks/widget_latency.py [door] [page] [SITE]

One figure, drawn in five ways: two axes of 8 x 3.5 inches, 333 birds with a line and its
misses, and the contours of the loss with the point that is the line. A slider moves the line.
A sixth way draws nothing and only changes a word: what Jupyter and the page need themselves.
Measured is the time from the slider's message to the picture

- at the kernel's door: a real kernel, the message sent and the picture received through its
  own sockets, as the Jupyter server does it;
- on the page: a real JupyterLab in Chromium, from the key that moves the slider to the frame
  in which the new picture is painted;

- on the page, held: the same picture dragged by its point on the map in place of the slider, and
  ipympl's own way to follow a hand, which is to pan;

- on a living page, if a SITE is given that `python -m mlcore.book site SITE` has built: the
  first picture of chapter 2, by its slider and held by its point, with no kernel at all;

and the lag: how long after the last of a hundred messages the last picture comes. At the door
they come as fast as a mouse sends them, and then once more all at once, which is more than any
hand can do; on the page they are a hundred keys, as fast as the page takes them. Ratios are to
`interact`, in the same run.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path
from queue import Empty

from jupyter_client.manager import start_new_kernel
from peers import lacking
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))
import conftest
import lite

N_TICKS = 40
MOUSE = 1 / 125
"""Seconds between two reports of a mouse."""

FIGURE = """
import numpy as np
from ipywidgets import FloatSlider
from mlcore.book import figures
from mlcore.datasets import load_penguins

birds = load_penguins()
x, y = birds.flipper_length_mm, birds.body_mass_g
ends, bias = np.array([170.0, 233.0]), -5800
W, B = np.meshgrid(np.linspace(0, 100, 80), np.linspace(-12000, 6000, 80))
heights = np.sqrt(np.mean((W[..., None] * x + B[..., None] - y) ** 2, axis=-1))

def draw(figure, w):
    line_axes, map_axes = figure.subplots(1, 2)
    line_axes.set(xlabel="flipper length (mm)", ylabel="body mass (g)", ylim=(2200, 6800))
    figures.data(line_axes, x, y)
    (line,) = line_axes.plot(ends, w * ends + bias)
    misses = figures.misses(line_axes, x, w * x + bias, y)
    map_axes.set(xlabel="weight (g/mm)", ylabel="bias (g)")
    map_axes.contourf(W, B, heights, 20)
    (point,) = map_axes.plot(w, bias, "o", color=figures.PATH)
    return line, misses, point

def update(parts, w):
    line, misses, point = parts
    line.set_ydata(w * ends + bias)
    misses.set_data(*figures.sticks(x, y, w * x + bias))
    point.set_xdata([w])

slider = FloatSlider(40, min=0, max=100, step=1)
"""

WAYS = {
    "interact": """
%matplotlib inline
import matplotlib.pyplot as plt
from ipywidgets import interact

def show(w):
    draw(plt.figure(figsize=(8, 3.5)), w)
    plt.show()

interact(show, w=slider)
""",
    "print_png": """
import io
from ipywidgets import Image, VBox
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

figure = Figure(figsize=(8, 3.5))
canvas, image = FigureCanvasAgg(figure), Image()
parts = draw(figure, 40)

def show(change):
    update(parts, slider.value)
    picture = io.BytesIO()
    canvas.print_png(picture)
    image.value = picture.getvalue()

slider.observe(show, "value")
show(None)
VBox([slider, image])
""",
    "ipympl": """
%matplotlib widget
import matplotlib.pyplot as plt
from ipywidgets import VBox

plt.ioff()
figure = plt.figure(figsize=(8, 3.5))
parts = draw(figure, 40)

def show(change):
    update(parts, slider.value)
    figure.canvas.draw_idle()

slider.observe(show, "value")
VBox([slider, figure.canvas])
""",
    "plotly": """
import plotly.graph_objects as go
from ipywidgets import VBox
from plotly.subplots import make_subplots

figure = go.FigureWidget(make_subplots(1, 2))
figure.update_layout(width=800, height=350, showlegend=False)
figure.add_contour(x=W[0], y=B[:, 0], z=heights, showscale=False, row=1, col=2)
figure.add_scatter(x=x, y=y, mode="markers", row=1, col=1)
figure.add_scatter(x=ends, y=40 * ends + bias, mode="lines", row=1, col=1)
figure.add_scatter(x=[], y=[], mode="lines", row=1, col=1)
figure.add_scatter(x=[40], y=[bias], mode="markers", row=1, col=2)

def show(change):
    w = slider.value
    with figure.batch_update():
        figure.data[2].y = w * ends + bias
        figure.data[3].x, figure.data[3].y = figures.sticks(x, y, w * x + bias)
        figure.data[4].x = [w]

slider.observe(show, "value")
VBox([slider, figure])
""",
    "mlcore": """
from mlcore.book.live import Live, moving

def picture(figure):
    parts = moving(*draw(figure, 40))

    def move(w):
        update(parts, w)
        return f"The weight is {w:g} g/mm."

    return move

Live(picture, height=3.5, w=slider)
""",
    "held": """
from mlcore.book.live import Live, hold, moving

def picture(figure):
    parts = moving(*draw(figure, 40))
    hold(parts[-1], "the point", lambda x, y, _: {"w": x})

    def move(w):
        update(parts, w)
        return f"The weight is {w:g} g/mm."

    return move

Live(picture, height=3.5, w=slider)
""",
    "pan": """
%matplotlib widget
import matplotlib.pyplot as plt

plt.ioff()
figure = plt.figure(figsize=(8, 3.5))
draw(figure, 40)
figure.canvas.toolbar.pan()
figure.canvas
""",
    "a word": """
from ipywidgets import HTML, VBox

word = HTML().add_class("mlcore-front")

def show(change):
    word.value = f"<svg></svg> {slider.value:g}"

slider.observe(show, "value")
show(None)
VBox([slider, word])
""",
}

NEEDS = {"ipympl": ["ipympl"], "pan": ["ipympl"], "plotly": ["plotly", "anywidget"]}
"""What the other ways are made with."""


def is_picture(message):
    """Whether this message carries what any of the six ways shows."""
    content = message["content"]
    data = content.get("data", {})
    state = data.get("state", {})
    return (
        "image/png" in data
        or "<svg" in str(state.get("value", state.get("frame", "")))
        or any(key.startswith("_py2js_") and state[key] for key in state)
        or (message["msg_type"] == "comm_msg" and bool(message["buffers"]))
    )


HELD = {"held": ".mlcore-handle", "pan": ".jupyter-matplotlib-canvas-div canvas"}
"""What the hand takes hold of on the page, where it is no slider."""

ASKS_TO_BE_DRAWN = str({"data": '{"type": "draw"}'})


class Door:
    """A kernel with the slider of one way in it, seen from where the server stands."""

    def __init__(self, way):
        self.manager, self.client = start_new_kernel(stderr=subprocess.DEVNULL)
        self.run(FIGURE)
        self.run(WAYS[way])
        self.slider = self.run("print(slider.model_id)").strip()
        self.canvas = way == "ipympl" and self.run("print(figure.canvas.model_id)").strip()
        if self.canvas:
            for kind in ("initialized", "send_image_mode", "refresh"):
                self.ask_canvas(kind)
            self.drain(2)

    def run(self, code):
        """Run a cell and return what it printed."""
        printed = []
        reply = self.client.execute_interactive(
            code,
            timeout=120,
            output_hook=lambda message: printed.append(message["content"].get("text", "")),
        )
        assert reply["content"]["status"] == "ok", reply["content"]
        return "".join(printed)

    def send(self, comm, data):
        message = self.client.session.msg("comm_msg", {"comm_id": comm, "data": data})
        self.client.shell_channel.send(message)

    def ask_canvas(self, kind):
        self.send(self.canvas, {"method": "custom", "content": {"type": kind}})

    def slide(self, value):
        state = {"method": "update", "state": {"value": value}, "buffer_paths": []}
        self.send(self.slider, state)

    def receive(self, timeout):
        """The next message; a canvas that asks to be drawn is told to, as its page would."""
        message = self.client.get_iopub_msg(timeout=timeout)
        if str(message["content"].get("data", {}).get("content")) == ASKS_TO_BE_DRAWN:
            self.ask_canvas("draw")
        return message

    def drain(self, quiet):
        """Everything until nothing comes for so many seconds, with the time of arrival."""
        arrived = []
        with suppress(Empty):
            while True:
                message = self.receive(quiet)
                arrived.append((time.perf_counter(), message))
        return arrived

    def tick(self, value):
        """Seconds until the picture, and bytes of all messages of this tick."""
        start = time.perf_counter()
        self.slide(value)
        arrived = [(start, {"content": {}, "buffers": [], "msg_type": ""})]
        while not is_picture(arrived[-1][1]):
            arrived.append((0, self.receive(60)))
        seconds = time.perf_counter() - start
        arrived += self.drain(0.15)
        return seconds, sum(size(message) for _, message in arrived)

    def lag(self, pause):
        """Seconds from the last of a hundred messages, so far apart, to the last picture."""
        due = time.perf_counter()
        for value in islice(values(), 100):
            with suppress(Empty):
                while (left := due - time.perf_counter()) > 0:
                    self.receive(left)
            self.slide(value)
            due += pause
        start = time.perf_counter()
        return max(at for at, message in self.drain(3) if is_picture(message)) - start

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def size(message):
    buffers = sum(len(memoryview(buffer)) for buffer in message["buffers"])
    return len(json.dumps(message["content"], default=str)) + buffers


def values():
    """To and fro, never the same twice in a row."""
    return cycle([*range(30, 70), *range(70, 30, -1)])


def at_the_door(way):
    door = Door(way)
    try:
        ticks = [door.tick(value) for value in islice(values(), N_TICKS + 3)][3:]
        seconds, sizes = zip(*ticks, strict=True)
        return summary(seconds, door.lag(MOUSE)) | {
            "bytes": statistics.median(sizes),
            "at once": 1e3 * door.lag(0),
        }
    finally:
        door.close()


def summary(seconds, lag):
    tenths = statistics.quantiles(seconds, n=10)
    return {"median": 1e3 * tenths[4], "p90": 1e3 * tenths[8], "lag": 1e3 * lag}


# Each way changes its picture by other means; `changed` notes the time of the next painting.
WATCH = """([way]) => {
  window.painted = 0;
  window.pressed = 0;
  const changed = () => requestAnimationFrame(() => setTimeout(() => {
    window.painted = performance.now();
  }));
  const act = ['held', 'pan'].includes(way) ? 'pointermove' : 'keydown';
  document.addEventListener(act, () => { window.pressed = performance.now(); }, true);
  const output = document.querySelector('.jp-OutputArea-output, .live');
  const watch = (selector, what) => new MutationObserver(changed).observe(
    output.querySelector(selector), {subtree: true, ...what});
  if (['mlcore', 'held', 'a word'].includes(way)) watch('.mlcore-front', {childList: true});
  else if (way === 'plotly') watch('.js-plotly-plot', {attributeFilter: ['d', 'transform']});
  else if (way === 'ipympl' || way === 'pan') {
    const draw = CanvasRenderingContext2D.prototype.drawImage;
    CanvasRenderingContext2D.prototype.drawImage = function (...all) {
      changed();
      return draw.apply(this, all);
    };
  } else document.addEventListener('load', event => {
    if (event.target.tagName === 'IMG') changed();
  }, true);
}"""


def on_the_page(way, browser):
    notebook = conftest.notebook_of(FIGURE, WAYS[way])
    with (
        tempfile.TemporaryDirectory() as home,
        conftest.serve({"way.ipynb": notebook}, Path(home)) as address,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        conftest.run_notebook(page, address, "lab/tree/way.ipynb")
        page.wait_for_timeout(2000)
        page.evaluate(WATCH, [way])
        act = by_hand(page, HELD[way]) if way in HELD else by_key(page)
        seconds = [page_tick(page, act) for _ in range(N_TICKS + 3)][3:]
        for _ in range(100):
            act()
        page.wait_for_timeout(8000 if way == "interact" else 3000)
        lag = page.evaluate("painted - pressed") / 1e3
        page.close()
    return summary(seconds, lag)


def on_a_living_page(way, browser, host):
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(f"{host}/02_losses.html")
    picture = page.locator(".live").first
    picture.scroll_into_view_if_needed()
    page.wait_for_timeout(2000)
    page.evaluate(WATCH, [way])
    act = by_hand(page, f".live {HELD[way]}") if way in HELD else by_key(picture)
    seconds = [page_tick(page, act) for _ in range(N_TICKS + 3)][3:]
    for _ in range(100):
        act()
    page.wait_for_timeout(2000)
    lag = page.evaluate("painted - pressed") / 1e3
    page.close()
    return summary(seconds, lag)


def by_key(page):
    """Press keys on the slider, to and fro."""
    slider, keys = page.get_by_role("slider").first, cycle(["ArrowRight", "ArrowLeft"])
    slider.focus()
    return lambda: slider.press(next(keys))


def by_hand(page, held):
    """Take hold, and drag to and fro."""
    box = page.locator(held).first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    places = cycle([*range(0, 60, 6), *range(60, 0, -6)])
    page.mouse.move(x, y)
    page.mouse.down()
    return lambda: page.mouse.move(x + next(places), y)


def page_tick(page, act):
    page.evaluate("window.painted = 0")
    act()
    page.wait_for_function("painted > pressed")
    page.wait_for_timeout(150)
    return page.evaluate("painted - pressed") / 1e3


def table(title, rows):
    print(f"\n{title}")
    heads = ("median", "p90", "ratio", "a tick", "lag", "lag, at once")
    print(("{:10}" + "{:>10}" * 2 + "{:>8}{:>10}{:>12}{:>15}").format("", *heads))
    for way, row in rows.items():
        if isinstance(row, str):
            print(f"{way:10}{row}")
            continue
        ratio = rows["interact"]["median"] / row["median"] if "interact" in rows else 1
        sent = f"{row['bytes'] / 1e3:7.0f} kB" if "bytes" in row else ""
        at_once = f"{row['at once']:12.0f} ms" if "at once" in row else ""
        print(
            f"{way:10}{row['median']:7.1f} ms{row['p90']:7.1f} ms{ratio:8.1f}{sent:>10}"
            f"{row['lag']:9.0f} ms{at_once}"
        )


def every_way(measure, ways):
    """What is measured of each way, or which of its packages are missing."""
    return {way: lacking(*NEEDS.get(way, ())) or measure(way) for way in ways}


def main(*places):
    if "door" in places or not places:
        table(
            "at the kernel's door", every_way(at_the_door, [way for way in WAYS if way not in HELD])
        )
    if "page" in places or not places:
        with sync_playwright() as playwright:
            browser = conftest.launch(playwright)
            table("on the page", every_way(lambda way: on_the_page(way, browser), WAYS))
    for site in {*places} - {"door", "page"}:
        with sync_playwright() as playwright, lite.serve(Path(site)) as host:
            browser = conftest.launch(playwright)
            ways = ("mlcore", "held")
            table("on a living page", {way: on_a_living_page(way, browser, host) for way in ways})


if __name__ == "__main__":
    main(*sys.argv[1:])
