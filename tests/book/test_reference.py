"""The reference of `mlcore`: all that is public, as its docstrings tell it, on one page."""

import html
import importlib
import inspect
import re

import pytest

import mlcore
from mlcore.book import chapters

PUBLIC = {
    name: getattr(getattr(mlcore, module), name)
    for module in mlcore.__all__
    for name in getattr(mlcore, module).__all__
}


NO_ICON = '<link rel="icon" href="data:,">'
"""With it the browser asks the site for none."""


@pytest.fixture(scope="module")
def page(needs):
    """The page, without the icon that it does not have."""
    needs("griffe")
    needs("pypandoc")
    text = importlib.import_module("mlcore.book.site.reference").page().decode()
    assert NO_ICON in text
    return text.replace(NO_ICON, "")


@pytest.fixture(scope="module")
def entries(page):
    """What it says of each name, as words."""
    found = re.findall(r'<section id="([\w.]+)" class="level3">(.*?)</section>', page, re.S)
    return {name: words(text) for name, text in found}


def words(text):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_told_with_its_parameters_and_its_source(name, entries):
    entry, told = entries[name.lower()], PUBLIC[name]
    assert inspect.getdoc(told).splitlines()[0].replace("`", "") in entry
    if inspect.isfunction(told):
        parameters = ", ".join(map(default, inspect.signature(told).parameters.values()))
        assert f"{name}({parameters})" in entry
        assert f"def {name}(" in entry
        assert '"""' not in entry
    else:
        assert all(field in entry for field in told._fields)


def default(parameter):
    given = parameter.default is not inspect.Parameter.empty
    return f"{parameter.name}={parameter.default}" if given else parameter.name


def test_every_formula_is_typeset_and_nothing_is_left_as_it_was_typed(page, entries):
    typed = "".join(inspect.getdoc(told) for told in PUBLIC.values()).count(".. math::")
    assert page.count('<math display="block"') == typed > 15
    assert not [name for name, text in entries.items() if re.search(r"``|:math:|\.\. \w+::", text)]


def test_every_link_leads_somewhere_and_the_chapters_are_linked(page):
    places = set(re.findall(r'id="([^"]+)"', page))
    links = {link for link in re.findall(r'href="([^"]+)"', page) if "://" not in link}
    assert {link[1:] for link in links if link[0] == "#"} <= places
    stems = {path.stem for path in chapters.FOLDER.glob("*.ipynb")}
    told = {"index.html", *(f"{stem}.html" for stem in stems)}
    assert {link for link in links if link[0] != "#"} == told


def test_each_chapter_of_the_site_leads_to_its_own_module(page, needs):
    needs("pypandoc")
    press = importlib.import_module("mlcore.book.pages.page")
    for stem in press.STEMS:
        (place,) = re.findall(r'href="reference.html#([^"]+)"', press._ways(stem, {"version": "1"}))
        assert f'<section id="{place}" class="level2">' in page
        assert "reference.html" not in press._ways(stem, None)


def test_it_asks_no_other_host_for_anything(page):
    assert not re.search(r"<link|<iframe|src=|@import|url\(", page)
