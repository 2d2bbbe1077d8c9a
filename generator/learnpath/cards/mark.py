"""The mark of the site, drawn from its file: lines, and circles where they end."""

from functools import cache
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from PIL import Image, ImageDraw

MARK = Path(__file__).parent.parent / "assets" / "favicon.svg"

_SIDE = 24  # of the mark, in the units of its file
_LARGER = 4  # it is drawn so many times as large and then made smaller, as Pillow draws hard edges


class Shape(NamedTuple):
    """A line through several points, or a circle round one; a circle without width is a disc."""

    colour: str
    points: tuple[tuple[float, float], ...]
    radius: float
    width: float


def paste_mark(
    sheet: Image.Image, at: tuple[int, int], size: int, inks: dict[str, str] | None = None
) -> None:
    """Put the mark on a sheet; `inks` says what to draw in place of its own colours."""
    for colour in mark_colours():
        sheet.paste((inks or {}).get(colour, colour), at, _drawn(colour, size))


@cache
def mark_colours() -> tuple[str, ...]:
    """Give the colours of the mark, that of its lines first."""
    return tuple(dict.fromkeys(shape.colour for shape in _shapes()))


# Private functions


@cache
def _drawn(colour: str, size: int) -> Image.Image:
    """Draw what the mark has of one colour."""
    mask = Image.new("L", (size * _LARGER, size * _LARGER))
    draw, scale = ImageDraw.Draw(mask), size * _LARGER / _SIDE

    def circle(x: float, y: float, radius: float, width: float = 0) -> None:
        outer = radius + width / 2
        box = ((x - outer) * scale, (y - outer) * scale, (x + outer) * scale, (y + outer) * scale)
        if width:
            draw.ellipse(box, outline=255, width=round(width * scale))
        else:
            draw.ellipse(box, fill=255)

    for shape in _shapes():
        if shape.colour != colour:
            continue
        if shape.radius:
            circle(*shape.points[0], shape.radius, shape.width)
            continue
        line = [(x * scale, y * scale) for x, y in shape.points]
        draw.line(line, fill=255, width=round(shape.width * scale))
        for x, y in shape.points:  # with round ends
            circle(x, y, shape.width / 2)
    return mask.reduce(_LARGER)


@cache
def _shapes() -> tuple[Shape, ...]:
    """Read the file of the mark: straight lines and circles are all that it has."""
    root = ElementTree.parse(MARK).getroot()
    stroke, width = root.attrib["stroke"], float(root.attrib["stroke-width"])
    found = []
    for each in root:
        if each.tag.endswith("circle"):
            x, y, radius = (float(each.attrib[name]) for name in ("cx", "cy", "r"))
            fill = each.get("fill")
            found.append(Shape(fill or stroke, ((x, y),), radius, 0 if fill else width))
        else:
            for way in each.attrib["d"].split("M")[1:]:
                numbers = [float(number) for number in way.split()]
                points = tuple(zip(numbers[::2], numbers[1::2], strict=True))
                found.append(Shape(stroke, points, 0, width))
    return tuple(found)
