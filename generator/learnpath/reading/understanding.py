"""Plain values as records: what pydantic finds wrong, said to the person who wrote the file."""

import copy
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from learnpath import model
from learnpath.model import ID, Brief, Record
from learnpath.problems import Place, Problem, Trail, TrailStep, problem, short, unknown
from learnpath.reading.parsing import DEEPEST, GONE, Gaps, Sources


class Understood(NamedTuple):
    """A record, or None where none could be made; what was wrong; and what had to be left out."""

    record: Any
    problems: list[Problem]
    gaps: Gaps
    left_out: frozenset[Trail]
    """The paths, below that of the record, to the values that are not in it."""


def understand(
    kind: type[Record],
    data: dict[str, Any],
    injected: Mapping[str, Any],
    where: tuple[str, Trail],
    sources: Sources,
    *,
    whole: bool = True,
) -> Understood:
    """Understand plain values as a record; where parts are wrong, report them and go on without.

    Args:
        kind: the record to make.
        data: the values, in which `GONE` stands for what was reported already.
        injected: fields that the file does not state but its name does, such as the id.
        where: the file, and the path in it to the values.
        sources: where values stand in the files.
        whole: nothing in the values is `GONE`.
    """
    file, path = where
    problems = [
        _already_named(name, injected[name], sources.of_key(file, *path, name), bool(path))
        for name in injected.keys() & data.keys()
    ]
    mended = set() if whole else set(_trails_of_gone(data))
    data = {**(data if whole else _without_gone(data)), **injected}
    for _ in range(DEEPEST):
        try:
            record = kind.model_validate(data)
        except ValidationError as errors:
            data = copy.deepcopy(data)
            found = errors.errors(include_url=False)
            places = [_where(data, error) for error in found]
            for error, (trail, is_key) in zip(found, places, strict=True):
                in_file = _in_file(data, trail)
                if trail and trail[0] in injected:
                    in_file, is_key = (), True  # the record's own key is wrong
                if not _is_misspelt(error, found) and not _follows(error, in_file, mended):
                    problems.append(_problem(kind, error, in_file, is_key, where, sources))
            mended |= {_in_file(data, trail) for trail, _ in places}
            pairs = zip(found, places, strict=True)
            if not all([_mend(data, error, trail) for error, (trail, _) in pairs]):
                break
            data = _without_gone(data)
        else:
            lost = _shortened_lists(data) if mended else ()
            gaps = {(file, (*path, *trail)): left for trail, left in lost}
            return Understood(record, problems, gaps, frozenset(mended))
    return Understood(None, problems, {}, frozenset(mended))


def must_be(name: TrailStep, wanted: str, value: object) -> str:
    """Say what a value must be, and what it is."""
    return f"{_subject(name)} must be {wanted}, not {_kind(value)}"


# Private functions


def _already_named(name: str, value: object, place: Place, is_entry: bool) -> Problem:
    message = f"unknown key '{name}': it is '{short(value)}' already, by the name of the {'entry' if is_entry else 'file'}; remove it"
    return problem("unknown-key", place, message)


def _problem(
    kind: type[Record],
    error: Any,
    trail: Trail,
    is_key: bool,
    where: tuple[str, Trail],
    sources: Sources,
) -> Problem:
    file, full = where[0], (*where[1], *trail)
    if error["type"] == "missing":
        missing = error["loc"][-1]
        message = f"'{missing}' is missing; write `{missing}: …`"
        return problem("missing-key", sources.of(file, *full), message)
    if error["type"] == "extra_forbidden":
        fields = sorted(_fields_at(kind, trail[:-1]))
        message = unknown("key", str(trail[-1]), fields)
        if "extra" in fields and "did you mean" not in message:
            message += "; fields of your own go under `extra`"
        return problem("unknown-key", sources.of_key(file, *full), message)
    place = sources.of_key(file, *full) if is_key else sources.of(file, *full)
    return problem("wrong-value", place, _explain(error, trail, is_key))


_PATTERNS = {
    ID: "an id in small letters, digits and hyphens such as 'gradient-descent'",
    r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$": "a language code such as en or zh",
    r"^https?://[^\s<>\"]+$": "an address that begins with https://",
    r"^10\.\d{4,9}/\S+$": "a DOI such as 10.1162/neco.1997.9.8.1735, without https://doi.org/",
    r"^\d{4}-\d{2}-\d{2}$": "a date such as 2015-05-21",
    r"^[A-Za-z0-9][A-Za-z0-9._-]*$": "a key of letters, digits, dots and hyphens",
}


_TYPES = {
    "union_tag_not_found": "a text, or a map by language such as {en: …, zh: …}",
    "union_tag_invalid": "a text, or a map by language such as {en: …, zh: …}",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list: each item on a line of its own after '- '",
    "dict_type": "a map of keys",
    "model_type": "a map of keys",
    "model_attributes_type": "a map of keys",
}


def _is_misspelt(error: Any, errors: list[Any]) -> bool:
    """Tell whether a key is missing because it stands there misspelt, which is said once."""
    if error["type"] != "missing":
        return False
    *around, name = error["loc"]
    strangers = [
        each["loc"][-1]
        for each in errors
        if each["type"] == "extra_forbidden" and [*each["loc"][:-1]] == around
    ]
    return any("did you mean" in unknown("key", str(stranger), [name]) for stranger in strangers)


def _explain(error: Any, where: Trail, is_key: bool) -> str:
    """Put a finding of pydantic into words: what is wrong, and what to write instead."""
    value = error["input"]
    name: TrailStep = next((step for step in reversed(where) if isinstance(step, str)), "the file")
    if where and isinstance(where[-1], int):
        name = f"an item of '{name}'"
    context = error.get("ctx", {})
    match error["type"]:
        case "string_type" if isinstance(value, bool | int | float):
            return must_be(name, "a text", value) + "; put it in quotes"
        case "string_type":
            return must_be(name, "a text", value)
        case "string_too_short":
            return f"{_subject(name)} must not be empty; write something or leave the key out"
        case "string_pattern_mismatch":
            wanted = _PATTERNS.get(context["pattern"], f"of the form {context['pattern']}")
            what = f"'{short(value)}' is not {wanted}" if is_key else must_be(name, wanted, value)
            meant = re.sub(r"[\s_]+", "-", value.strip().lower())
            is_id = context["pattern"] == ID and re.match(ID, meant)
            return f"{what}; write '{short(meant)}'" if is_id else what
        case "greater_than_equal":
            return f"{_subject(name)} must be {context['ge']} or more, not {value}"
        case "less_than_equal":
            return f"{_subject(name)} must be {context['le']} or less, not {value}"
        case "too_short":
            return f"'{name}' needs {context['min_length']} or more items, not {context['actual_length']}"
        case "literal_error":
            allowed = str(context["expected"])
            word = "item" if isinstance(where[-1], int) else str(name)
            guess = unknown(word, short(value), re.findall(r"'([^']*)'", allowed))
            return f"{guess} (one of {allowed})"
        case "value_error":
            return str(error["msg"]).removeprefix("Value error, ")
        case "model_type" if issubclass(getattr(model, context["class_name"]), Brief):
            return must_be(name, "an id, or a map of keys", value)
        case kind if kind in _TYPES:
            return must_be(name, _TYPES[kind], value)
    return f"{_subject(name)}: {error['msg']}"


def _subject(name: TrailStep) -> str:
    return str(name) if str(name).startswith(("the ", "an item of ")) else f"'{short(name)}'"


def _kind(value: object) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {short(value)}"
        case str():
            return f"'{short(value)}'"
        case list() | tuple():
            return "a list"
        case _:
            return "a map"


def _where(data: Any, error: Any) -> tuple[Trail, bool]:
    """Turn pydantic's path, which also names branches of unions, into a path through the data; tell if it means a key."""
    path: list[TrailStep] = []
    here = data
    for step in error["loc"]:
        if step == "[key]" and path and isinstance(path[-1], str) and path[-1] == error["input"]:
            return tuple(path), True  # pydantic's mark for a key, and not a key of that name
        if (isinstance(here, dict) and step in here) or (
            isinstance(here, list) and isinstance(step, int) and step < len(here)
        ):
            here = here[step]  # a key of a map or an index of a list, as just seen
            path.append(step)
    return tuple(path), False


def _mend(data: dict[str, Any], error: Any, where: Trail) -> bool:
    """Take out the value at `where`, so that the rest can be understood; tell whether that was possible."""
    if not where:
        if error["loc"] == ("title",) and "id" in data:
            data["title"] = data[
                "id"
            ]  # without its title, a concept still has prerequisites to check
            return True
        return False
    *around, last = where
    here: Any = data
    for step in around:
        if here is GONE or (isinstance(here, dict) and step not in here):
            return True  # something around it is gone already
        here = here[step]
    if isinstance(here, list) and isinstance(last, int):
        here[last] = GONE
    elif isinstance(here, dict):
        here.pop(last, None)
    return True


def _follows(error: Any, where: Trail, mended: set[Trail]) -> bool:
    """Tell whether an error only follows from something that was taken out of the place it points at."""
    whole = (*where, error["loc"][-1]) if error["type"] == "missing" else where
    return any(trail[: len(whole)] == whole for trail in mended if trail)


def _trails_of_gone(value: Any, trail: Trail = ()) -> Iterator[Trail]:
    if value is GONE:
        yield trail
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _trails_of_gone(item, (*trail, key))


class _Shortened(list[Any]):
    """A list that lost items; knows which of the file's are left."""

    left: tuple[int, ...]


def _without_gone(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_gone(item) for key, item in value.items() if item is not GONE}
    if isinstance(value, list):
        numbers = value.left if isinstance(value, _Shortened) else range(len(value))
        pairs = [pair for pair in zip(numbers, value, strict=True) if pair[1] is not GONE]
        kept = _Shortened(_without_gone(item) for _, item in pairs)
        kept.left = tuple(number for number, _ in pairs)
        return kept
    return value


def _shortened_lists(value: Any, trail: Trail = ()) -> Iterator[tuple[Trail, tuple[int, ...]]]:
    if isinstance(value, _Shortened) and value.left != tuple(range(len(value))):
        yield trail, value.left
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _shortened_lists(item, (*trail, key))


def _in_file(data: Any, where: Trail) -> Trail:
    """Turn a path through what is left of the data into the path through the file."""
    path: list[TrailStep] = []
    for step in where:
        is_item = isinstance(data, _Shortened) and isinstance(step, int)
        path.append(data.left[step] if is_item else step)
        data = data[step]
    return tuple(path)


def _fields_at(kind: type[Record], path: Trail) -> Iterable[str]:
    """Give the keys that are allowed in the record at `path` below a record of `kind`."""
    schema = _schema(kind)
    here: Any = schema
    for step in path:
        here = _resolve(here, schema)
        if isinstance(step, int):
            here = here.get("items", {})
        else:
            maps = [
                *here.get("patternProperties", {}).values(),
                here.get("additionalProperties") or {},
            ]
            here = here.get("properties", {}).get(step, maps[0])
    return tuple(_resolve(here, schema).get("properties", {}))


@functools.cache
def _schema(kind: type[Record]) -> Any:
    return kind.model_json_schema()


def _resolve(here: Any, schema: Any) -> Any:
    """Follow references, and of alternatives the one with keys."""
    while True:
        if "$ref" in here:
            here = schema["$defs"][here["$ref"].rsplit("/", 1)[-1]]
        elif "anyOf" in here:
            options = [_resolve(each, schema) for each in here["anyOf"]]
            here = next(
                (each for each in options if each.get("type") in ("object", "array")), options[0]
            )
            return here
        else:
            return here
