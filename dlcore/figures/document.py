"""A document of text, tables and charts in one HTML file that opens anywhere, without a network.

plotly.js is inside, once. The file forbids itself every connection, and what others have named (runs, classes,
columns) is escaped: it can be read, and never runs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape

import plotly.graph_objects as go

from dlcore.figures.style import caption, plotly_javascript
from dlcore.i18n import current_language

POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
STYLE = """
:root { color-scheme: light; --text: #1b2330; --quiet: #55606f; --line: #dde2ea; --raised: #f4f6f9; }
body { margin: 0 auto; max-width: 1080px; padding: 24px; color: var(--text); background: #fff; line-height: 1.5;
  font: 15px/1.5 "Source Sans 3", "Source Sans Pro", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 32px 0 8px; } h3 { font-size: 1rem; margin: 0 0 4px; }
p { margin: 4px 0; } p.quiet, figcaption { color: var(--quiet); font-size: 0.87em; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border: 1px solid var(--line); padding: 4px 10px; text-align: left; overflow-wrap: break-word; }
th { background: var(--raised); font-weight: 600; } td.number, th.number { text-align: right; }
.wide { overflow-x: auto; }
.charts { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(460px, 100%), 1fr)); }
figure { margin: 0; min-width: 0; } pre { background: var(--raised); padding: 12px; overflow-x: auto; }
@media print { figure, table { break-inside: avoid; } body { max-width: none; } }
"""
DRAW = """
for (const place of document.querySelectorAll("[data-figure]")) {
  const { data, layout } = JSON.parse(document.getElementById(place.dataset.figure).textContent);
  const line = { gridcolor: "#dde2ea", zerolinecolor: "#dde2ea", automargin: true };
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12, color: "#1b2330" };
  const axes = { xaxis: { ...line, ...layout.xaxis }, yaxis: { ...line, ...layout.yaxis } };
  const legend = { orientation: "h", x: 0, xanchor: "left", y: -0.28, yanchor: "top" };
  const margin = { ...layout.margin, t: 12 };
  Plotly.newPlot(place, data, { ...layout, ...axes, legend, margin, font, autosize: true },
    { responsive: true, displaylogo: false, showSendToCloud: false });
}
"""


@dataclass(frozen=True)
class Paragraph:
    """A line of text; `quiet` for what need not be read first."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of texts under their headings; columns after the first `names` hold numbers, set flush right."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    names: int = 1


@dataclass(frozen=True)
class Charts:
    """Charts side by side where there is room."""

    figures: Sequence[go.Figure]


@dataclass(frozen=True)
class Source:
    """Text to be copied, letter by letter: code, YAML."""

    text: str


Block = Paragraph | Table | Charts | Source


@dataclass(frozen=True)
class Section:
    """Blocks under a heading."""

    heading: str
    blocks: Sequence[Block]


def document(title: str, under: Sequence[str], sections: Sequence[Section]) -> str:
    """The whole file, in the current language: its title, the lines under it, the sections."""
    body = [f"<h1>{escape(title)}</h1>", *(f'<p class="quiet">{escape(line)}</p>' for line in under)]
    numbers = iter(range(1_000_000))
    for section in sections:
        body.append(f"<h2>{escape(section.heading)}</h2>")
        body += [_block(block, numbers) for block in section.blocks]
    return (
        f'<!doctype html>\n<html lang="{current_language().replace("_", "-")}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n<script>{_plotly()}</script>\n</head>\n<body>\n"
        + "\n".join(body)
        + f"\n<script>{DRAW}</script>\n</body>\n</html>\n"
    )


@lru_cache(maxsize=1)
def _plotly() -> str:
    return plotly_javascript()[1].read_text("utf-8").replace("</script", "<\\/script")


def _block(block: Block, numbers: object) -> str:
    match block:
        case Paragraph():
            return f'<p class="quiet">{escape(block.text)}</p>' if block.quiet else f"<p>{escape(block.text)}</p>"
        case Table():
            return _table(block)
        case Source():
            return f"<pre>{escape(block.text)}</pre>"
        case Charts():
            drawn = "\n".join(_figure(each, f"figure-{next(numbers)}") for each in block.figures)  # type: ignore[call-overload]
            return f'<div class="charts">\n{drawn}\n</div>'


def _table(table: Table) -> str:
    def line(cells: Sequence[str], tag: str) -> str:
        kinds = ("" if place < table.names else ' class="number"' for place in range(len(cells)))
        return "".join(f"<{tag}{kind}>{escape(cell)}</{tag}>" for cell, kind in zip(cells, kinds, strict=True))

    rows = "\n".join(f"<tr>{line(row, 'td')}</tr>" for row in table.rows)
    return f'<div class="wide"><table>\n<tr>{line(table.heads, "th")}</tr>\n{rows}\n</table></div>'


def _figure(chart: go.Figure, name: str) -> str:
    """A figure's numbers as JSON that no browser can take for the end of its script, and its caption."""
    written = json.loads(chart.to_json())
    title = escape(unescape(written["layout"].pop("title")["text"]))
    numbers = json.dumps({part: written[part] for part in ("data", "layout")}, ensure_ascii=False)
    inert = numbers.replace("<", "\\u003c")
    height = int(chart.layout.height or 320)
    return (
        f'<figure><h3>{title}</h3><div data-figure="{name}" style="height: {height}px"></div>'
        f'<script type="application/json" id="{name}">{inert}</script>'
        f"<figcaption>{escape(caption(chart))}</figcaption></figure>"
    )
