"""What plot.py's pictures have in common: colours, axes, units in words, bars with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from . import _plot_data as data
from ._errors import BadInput, Unavailable

# Okabe and Ito's colours, which people of any colour vision tell apart; never alone: each comes with a style.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (8, 2)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
HATCHES = ("", "//", "..", "xx", "\\\\", "++")
GREY = "#767676"


def axes(ax: Any) -> Any:
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise Unavailable("plot: matplotlib is not installed; pip install 'ridgeline[plot]'") from None
    _, made = plt.subplots(figsize=(7.2, 4.5), layout="constrained")
    return made


def grid(ax: Any, axis: str = "both") -> None:
    ax.grid(True, axis=axis, which="major", color="#dddddd", linewidth=0.7)
    ax.set_axisbelow(True)


def plain_log_ticks(axis: Any) -> None:
    """1, 2 and 5 of each decade, as numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis.set_major_locator(LogLocator(base=10, subs=(1.0, 2.0, 5.0), numticks=15))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def time_unit(longest: float) -> tuple[float, str]:
    """What seconds are multiplied with, and the unit."""
    for scale, unit in ((1.0, "s"), (1e3, "ms")):
        if longest * scale >= 1:
            return scale, unit
    return 1e6, "µs"


def si(value: float, unit: str) -> str:
    for factor, prefix in ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= factor:
            return f"{value / factor:.3g} {prefix}{unit}"
    return f"{value:.3g} {unit}"


def interval_text(low: Optional[float], high: Optional[float], scale: float) -> str:
    if low is None or high is None:
        return ", no interval"
    return f" [{low * scale:.4g}, {high * scale:.4g}]"


def limit_line(ax: Any, run: Any, scale: float, unit: str) -> None:
    limit = data.document_of(run)["scenario"].get("target_latency_seconds")
    if limit:
        ax.axvline(limit * scale, color="black", linestyle=(0, (1, 1)), linewidth=1.8, label=f"limit {limit * scale:.4g} {unit}",
                   zorder=4)


def bars(ax: Any, xs: Any, width: float, estimates: Sequence[Optional[data.Estimate]],
          scale: float, style: int, label: Optional[str]) -> None:
    """Bars with intervals; what is unknown is written, not drawn as nothing."""
    for x, estimate in zip(xs, estimates):
        if estimate is None:
            ax.annotate(f"{label or ''} unknown".strip(), (x, 0.02), xycoords=("data", "axes fraction"), rotation=90,
                        ha="center", va="bottom", fontsize="x-small", color=GREY)
    known = [(x, e) for x, e in zip(xs, estimates) if e is not None]
    if not known:
        return
    ax.bar([x for x, _ in known], [e[0] * scale for _, e in known], width, color=COLOURS[style], alpha=0.85,
           hatch=HATCHES[style], edgecolor="white", label=label, zorder=2)
    for x, (value, low, high) in known:
        if low is not None and high is not None:
            ax.errorbar([x], [value * scale], yerr=[[(value - low) * scale], [(high - value) * scale]], color="black",
                        capsize=3, elinewidth=1.2, linestyle="none", zorder=3)


def write_labels(ax: Any, points: list[dict[str, Any]], x: str, y: str, axes: list[str]) -> None:
    """Beside the points, towards the middle; one that would lie on the label before it has none, and the title counts those."""
    ax.margins(0.12)
    ax.figure.canvas.draw()
    middle = ax.transAxes.transform((0.6, 0.5))[0]
    written: list[Any] = []
    left_off = 0
    for p in points:
        missing = [axis for axis in axes if axis not in p["at"]]
        if missing:
            raise BadInput(f"pareto: label '{missing[0]}' is no axis; use {', '.join(p['at'])}")
        place = ax.transData.transform((p["metrics"][x], p["metrics"][y]))
        if any(abs(place[0] - other[0]) < 120 and abs(place[1] - other[1]) < 12 for other in written):
            left_off += 1
            continue
        written.append(place)
        text = ", ".join(str(p["at"][axis]) for axis in axes)
        right = place[0] < middle
        ax.annotate(text, (p["metrics"][x], p["metrics"][y]), textcoords="offset points",
                    xytext=(7, 3) if right else (-7, -10), ha="left" if right else "right", fontsize="x-small")
    if left_off:
        ax.set_title(f"{left_off} of {len(points)} labels left off: too close", fontsize="small")


def metric_label(name: str, direction: Optional[str], units: Mapping[str, str]) -> str:
    unit = units.get(name, "")
    wanted = {"maximise": ", more is better", "minimise": ", less is better", None: ""}[direction]
    return f"{name}{f' ({unit})' if unit else ''}{wanted}"
