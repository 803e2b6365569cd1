"""The comparison as an SVG: for each row a group of bars, one a program; a bar's length is its time over mpiscan's.

The scale is logarithmic and every bar starts at mpiscan's time, so a bar to the right is slower, one to the left faster.
"""
import math
from xml.sax.saxutils import escape

import bench_report

COLORS = {"before": "#4c72b0", "rg": "#c44e52", "rg --no-unicode": "#e08a8d", "ugrep": "#dd8452", "grep": "#8172b3",
          "zgrep": "#8172b3", "parallel + grep": "#937860", "Python": "#8c8c8c", "empty MPI program": "#64b5cd"}
WIDTH, LEFT, RIGHT, TOP = 960, 330, 70, 56
BAR, GAP = 15, 14


def groups_of(rows):
    """[(title, [(tool, ratio)])] of the rows that have something to compare."""
    groups = []
    for row in rows:
        ratios = [(m["tool"], bench_report.ratio_to_mpiscan(row, m["tool"])) for m in row["measures"]
                  if m["tool"] != "mpiscan"]
        ratios = [(tool, ratio) for tool, ratio in ratios if ratio]
        if ratios:
            ours = bench_report.bench_measure.median(bench_report.times_of(row, "mpiscan"))
            groups.append((row["title"], bench_report.seconds_text(ours), ratios))
    return groups


def text(x, y, words, anchor="start", size=12, weight="normal", fill="#222"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" '
            f'fill="{fill}">{escape(words)}</text>')


def line(x1, y1, x2, y2, color, width=1):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" stroke-width="{width}"/>'


def wrapped(title, limit=44):
    """At most two lines."""
    if len(title) <= limit:
        return [title]
    cut = title.rfind(" ", 0, limit)
    return [title[:cut], title[cut + 1:]]


def svg(results, rows):
    groups = groups_of(rows)
    ratios = [ratio for _, _, tools in groups for _, ratio in tools] or [1]
    low, high = min(0.8, min(ratios) * 0.9), max(2.0, max(ratios) * 1.1)

    def at(ratio):
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log(ratio / low) / math.log(high / low)

    body, y = [], TOP
    for title, ours, tools in groups:
        body += group(title, ours, tools, y, at)
        y += max(len(tools) * BAR, 3 * BAR) + GAP
    ticks = [t for t in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500) if low <= t <= high]
    grid = [line(at(t), TOP - 8, at(t), y, "#222" if t == 1 else "#ddd", 1.5 if t == 1 else 1) for t in ticks]
    grid += [text(at(t), TOP - 12, f"{t:g} ×", "middle", 11, fill="#555") for t in ticks]
    height = y + 30
    head = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
            f'viewBox="0 0 {WIDTH} {height}" font-family="Helvetica, Arial, sans-serif">',
            f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
            text(12, 20, "Time over mpiscan's (logarithmic; right of 1 is slower than mpiscan)", size=14, weight="bold")]
    machine = results["machine"]
    foot = [text(12, height - 10, f"{machine['cpu']}, {machine['cores']} cores; {machine['date']}; scale "
                 f"{results['scale']:g}; warm caches, medians", size=11, fill="#555"), "</svg>"]
    return "\n".join(head + grid + body + foot) + "\n"


def group(title, ours, tools, y, at):
    """The bars of one row, its title at their left."""
    parts = [text(12, y + 11 + 14 * i, words, weight="bold") for i, words in enumerate(wrapped(title))]
    parts.append(text(12, y + 11 + 14 * len(wrapped(title)), f"mpiscan: {ours}", size=11, fill="#555"))
    for i, (tool, ratio) in enumerate(tools):
        left, right = sorted((at(1), at(ratio)))
        top = y + i * BAR
        parts.append(f'<rect x="{left:.1f}" y="{top + 2}" width="{max(1.0, right - left):.1f}" height="{BAR - 3}" '
                     f'fill="{COLORS.get(tool, "#444")}"/>')
        label = f"{tool} {bench_report.ratio_text(ratio)}"
        inside = right + 8 + 6.2 * len(label) > WIDTH
        parts.append(text(right - 5 if inside else max(right, at(1)) + 5, top + BAR - 3, label,
                          "end" if inside else "start", 11, fill="white" if inside else "#222"))
    return parts
