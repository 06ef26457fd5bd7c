"""The reference of `mlcore` in a browser: read, searched, and open to every reader."""

import importlib

import pytest


@pytest.fixture(scope="module")
def reference(needs, tmp_path_factory):
    """The address of the page."""
    needs("griffe")
    needs("pypandoc")
    file = tmp_path_factory.mktemp("site") / "reference.html"
    file.write_bytes(importlib.import_module("mlcore.book.site.reference").page())
    return file.as_uri()


@pytest.mark.parametrize("width", [390, 1400], ids=["phone", "desk"])
def test_words_find_functions_and_nothing_keeps_readers_out(width, reference, browser, needs):
    axe = needs("axe_playwright_python.sync_playwright").Axe()
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(reference)
    assert axe.run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Find").fill("kink subgradient")
    assert page.locator(".level3:visible h3").all_text_contents() == ["mae_gradient"]
    assert page.get_by_role("status").inner_text().startswith("1 of ")
    page.close()
