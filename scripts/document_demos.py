"""Write docs/demos.md from what the demos declare, and a picture of each one's default run into docs/pictures/.

python scripts/document_demos.py
"""

import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from service.config import read_settings
from service.demos.demo import CUDA, Demo, resolve_parameters
from service.demos.json_schema import json_schema
from service.demos.kernel_cache import kernel_cache_dir
from service.demos.registry import DEMOS

DOCS = Path(__file__).resolve().parent.parent / "docs"
SCALE, COLORS = 1.0, 96  # of the pictures: legible, and small in bytes
# Where another figure than the first one declared tells most at a glance.
SHOWN = {"playground": "network"}
HEAD = """\
# The demos

Small models that the service runs: each shows a topic at work, in numbers and in pictures. This page is written by
`make docs` from what the demos declare; the pictures are of their default runs, with the seed 0.

Over REST, `GET /api/v1/demos/ID` has the parameters as JSON Schema, and

    curl http://127.0.0.1:8000/api/v1/demos/ID/runs -H 'Content-Type: application/json' \\
        -d '{"parameters": {"NAME": VALUE}, "seed": "0"}'

answers with the run: its output, and its figures as SVG, PNG, Vega-Lite, and GIF where they move. On the command line:

    coursegraph demo ID --set NAME=VALUE --seed 0 --out figures
"""


def document(demos: Iterable[Demo]) -> str:
    """The page: a list of the demos, then each with its parameters, presets and figures."""
    demos = list(demos)
    links = [f"- [{demo.title}](#{_anchor(demo.title)}): {', '.join(demo.topics)}" for demo in demos]
    return "\n".join([HEAD, *links, "", *(line for demo in demos for line in _demo(demo))])


def shown_figure(demo: Demo) -> str:
    """The name of the figure that the page shows."""
    return SHOWN.get(demo.id, next(iter(demo.figures)))


def _demo(demo: Demo) -> Iterator[str]:
    name = shown_figure(demo)
    yield f"## {demo.title}\n\n{demo.description}\n"
    seed = "" if demo.uses_seed else " Nothing is left to chance: every seed gives the same."
    needs = f" Needs {' and '.join(demo.libraries)}." if demo.libraries else ""
    gpu = " Computes on a GPU, too." if CUDA in demo.devices else ""
    yield f"`{demo.id}`, version {demo.version}. Shows: {', '.join(demo.topics)}.{seed}{needs}{gpu}\n"
    yield f"![{demo.title}: {demo.figures[name]}](pictures/{demo.id}.png)\n"
    yield "| parameter | what it is | default | allowed |\n|---|---|---|---|"
    for parameter, schema in json_schema(demo.parameters)["properties"].items():
        told = f"{schema['title']}: {schema['description']}"
        yield f"| `{parameter}` | {_cell(told)} | {_default(schema)} | {_cell(_allowed(schema))} |"
    yield "\nPresets, and what they change:\n"
    yield from (f"- `{preset}`: {_json(given) if given else 'nothing'}" for preset, given in demo.presets.items())
    yield "\nFigures:\n"
    yield from (f"- `{figure}`: {shown}" for figure, shown in demo.figures.items())
    yield ""


def _allowed(schema: Mapping[str, Any]) -> str:
    """Bounds or choices in words: "1 to 30 samples", "a list of 0 to 6: 1 to 32, whole"."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    told = _values(schema, kinds) + (f" {schema['unit']}" if "unit" in schema else "")
    told += ", whole" if "integer" in kinds and "enum" not in schema else ""
    return f"{told}, or null" if "null" in kinds else told


def _values(schema: Mapping[str, Any], kinds: list[str]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{option}`" for option in schema["enum"] if option is not None)
    if "array" in kinds:
        least, most = schema.get("minItems", 0), schema["maxItems"]
        return f"a list of {most if least == most else f'{least} to {most}'}: {_allowed(schema['items'])}"
    if "object" in kinds:
        fields = schema.get("properties", {})
        return "; ".join(f"{name} ({_allowed(field)})" for name, field in fields.items()) or "names and numbers"
    if "boolean" in kinds:
        return "true, false"
    if "string" in kinds:
        return f"text, up to {schema['maxLength']:,} characters" if "maxLength" in schema else "text"
    return f"{schema['minimum']:g} to {schema['maximum']:g}"


def _default(schema: Mapping[str, Any]) -> str:
    return _json(schema["default"])


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return f"`{text}`" if len(text) <= 300 else f"`{text[:296]} …`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _anchor(title: str) -> str:
    """As GitHub makes them of headings."""
    return "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c in "-_")


def picture(demo: Demo) -> bytes:
    """The shown figure of the default run, as a PNG of few colours."""
    result = demo.run(resolve_parameters(demo, {}), "0", lambda _fraction, _message="": None)
    drawn = Image.open(io.BytesIO(result.figures[shown_figure(demo)].png(SCALE))).convert("RGB")
    content = io.BytesIO()
    drawn.quantize(COLORS, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
    return content.getvalue()


def main() -> None:
    """Write everything anew; pictures of demos that are gone go, too."""
    (DOCS / "pictures").mkdir(parents=True, exist_ok=True)
    for file in (DOCS / "pictures").glob("*.png"):
        if file.stem not in {demo.id for demo in DEMOS}:
            file.unlink()
    for demo in DEMOS:
        content = picture(demo)
        (DOCS / "pictures" / f"{demo.id}.png").write_bytes(content)
        print(f"{demo.id}: {len(content):,} bytes")
    (DOCS / "demos.md").write_text(document(DEMOS), encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("NUMBA_CACHE_DIR", str(kernel_cache_dir(read_settings().state_path)))
    main()
