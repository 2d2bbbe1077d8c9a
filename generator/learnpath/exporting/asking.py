"""What can be asked of an export besides its format, and what follows from it."""

import posixpath
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """What somebody asks of an export."""

    site: str = ""
    """The address of the site that the knowledge base is published on; "" where there is none."""
    language: str = ""
    """The language of the texts, where a format holds only one; "" for the default language."""

    def address(self, source: str) -> str:
        """Give the address of what lies at a path in the folder of pages; "" where that of the site is not known."""
        name = posixpath.splitext(source)[0]
        folder = posixpath.dirname(name) if posixpath.basename(name) == "index" else name
        return "/".join([self.site.rstrip("/"), *filter(None, [folder]), ""]) if self.site else ""
