"""The chart of bench/edge/report.py: a bar per result, as long as it comes near its target."""

from xml.sax.saxutils import escape

LABEL, BARS, TEXT = 430, 300, 170  # widths
LINE = 24
TOP = 64
MOST = 1.5  # times the target; longer bars are cut

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .quiet { fill: #59636e; }
  .reached { fill: #2a8a4a; }
  .missed { fill: #d0722b; }
  .track { fill: #eaeef2; }
  .target { stroke: #1f2328; stroke-width: 2; }
  .ground { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .quiet { fill: #9198a1; }
    .reached { fill: #3fb36b; }
    .missed { fill: #e08a45; }
    .track { fill: #262c36; }
    .target { stroke: #e6edf3; }
    .ground { fill: #0d1117; }
  }
"""


def nearness(result):
    """1 where the target is just reached, more where it is passed."""
    if result.row.at_least:
        return max(0.0, result.value / result.row.target)
    return result.row.target / result.value if result.value > 0 else MOST


def bar(result, y):
    near = min(nearness(result), MOST)
    width = near / MOST * BARS
    kind = "reached" if result.reached else "missed"
    sign = "✓" if result.reached else "✗"
    return [
        f'<text x="{LABEL - 12}" y="{y + 13}" text-anchor="end">{escape(result.title)}</text>',
        f'<rect class="track" x="{LABEL}" y="{y}" width="{BARS}" height="16" rx="2"/>',
        f'<rect class="{kind}" x="{LABEL}" y="{y}" width="{width:.1f}" height="16" rx="2"/>',
        f'<text x="{LABEL + BARS + 12}" y="{y + 13}">{sign} {escape(result.text())}'
        f'<tspan class="quiet" dx="6">{escape(result.target())}</tspan></text>',
    ]


def draw(results):
    results = [result for result in results if result.row.target is not None]
    width, height = LABEL + BARS + TEXT, TOP + LINE * len(results) + 20
    mark = LABEL + BARS / MOST
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" aria-labelledby="title">',
        '<title id="title">How near each ratio comes to its target</title>',
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{width}" height="{height}" rx="6"/>',
        '<text class="title" x="16" y="28">The service beside its floors</text>',
        f'<text class="quiet" x="{mark:.1f}" y="{TOP - 12}" text-anchor="middle">target</text>',
    ]
    for i, result in enumerate(results):
        lines += bar(result, TOP + LINE * i)
    lines += [
        f'<line class="target" x1="{mark:.1f}" x2="{mark:.1f}" y1="{TOP - 6}" y2="{height - 20}"/>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
