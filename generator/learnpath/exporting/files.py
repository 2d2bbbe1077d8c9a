"""The JSON Schemas of the files, for editors."""

import json
from typing import Any

from learnpath.model import FILES


def schemas() -> dict[str, str]:
    """Give the JSON Schemas of the files, by file name, as editors read them."""
    found: dict[str, Any] = {name: kind.model_json_schema() for name, kind in FILES.items()}
    for plural, single in (("resources", "resource"), ("faq", "faq")):
        entry = found.pop(single)
        defs = entry.pop("$defs", {})
        title = entry["title"]
        found[plural] = {
            "type": "object",
            "additionalProperties": {"$ref": f"#/$defs/{title}"},
            "$defs": {**defs, title: entry},
        }
    return {
        f"{name}.json": json.dumps(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema},
            ensure_ascii=False,
            indent=1,
            sort_keys=True,
        )
        + "\n"
        for name, schema in found.items()
    }
