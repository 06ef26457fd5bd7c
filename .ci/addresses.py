"""What the archives say of where the project lives: the repository in which they are built.

On the package index there are no neighbouring files, so the links of the README that lead to
them are made whole. Where no address is known (GITHUB_REPOSITORY, as on GitHub), there is none.
"""

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Addresses(MetadataHookInterface):
    """The README, and the addresses of the project."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add them to the metadata."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        repository = os.environ.get("GITHUB_REPOSITORY")
        if repository:
            owner, _, name = repository.partition("/")
            home = f"https://github.com/{repository}"
            metadata["urls"] = {
                "Homepage": f"https://{owner}.github.io/{name}/".lower(),
                "Source": home,
                "Changelog": f"{home}/blob/main/.github/CHANGELOG.md",
                "Issues": f"{home}/issues",
            }
            text = re.sub(r"(!\[[^\]]*\]\()(?!https?:|#)", rf"\1{home}/raw/main/", text)
            text = re.sub(r"(\]\()(?!https?:|#)", rf"\1{home}/blob/main/", text)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
