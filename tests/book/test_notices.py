"""The page that names the licences of all that the site is made of."""

import json
import zipfile

import pytest

from mlcore.book.site import notices
from mlcore.book.wheel import pack

WAYS = {
    "License-Expression: MIT": "MIT",
    "License: BSD 3-Clause": "BSD 3-Clause",
    "License: Copyright 1999\nClassifier: License :: OSI Approved :: Zlib": "Zlib",
    "Summary: silent": "see its archive",
}
"""What a package may say of its licence, and how the page says it."""


@pytest.mark.parametrize("said", WAYS)
def test_a_package_is_named_with_its_version_and_licence(said, tmp_path):
    with zipfile.ZipFile(tmp_path / "birds-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("birds-1.0.dist-info/METADATA", f"Name: birds\nVersion: 1.0\n{said}\n")
    row = f"<tr><td>birds</td><td>1.0</td><td>{WAYS[said]}</td></tr>"
    assert row in notices.page(tmp_path).decode()


def test_the_scripts_are_named_and_their_texts_linked(tmp_path):
    scripts = [{"name": f"lib-{n}", "versionInfo": "2.0", "licenseId": "ISC"} for n in "ba"]
    (tmp_path / "build").mkdir()
    texts = tmp_path / "build" / "third-party-licenses.json"
    texts.write_text(json.dumps({"packages": scripts}), encoding="utf-8")
    page = notices.page(tmp_path).decode()
    assert "<tr><td>ISC</td><td>lib-a 2.0, lib-b 2.0</td></tr>" in page
    assert 'href="build/third-party-licenses.json"' in page


def test_the_book_and_its_data_are_told_apart_from_what_others_made(tmp_path):
    name, content = pack(for_a_browser=True)
    (tmp_path / name).write_bytes(content)
    page = notices.page(tmp_path).decode()
    assert "<td>mlbyhand</td>" not in page
    assert all(word in page for word in ("Redistribution", "CC BY 4.0", "Gorman", "Alpaydin"))
