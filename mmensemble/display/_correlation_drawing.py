"""Drawing of correlations: colours that fade into any paper, black or white."""

import numpy as np
from scipy.cluster.hierarchy import dendrogram

from mmensemble.display._axes import BLUE, GREY, ORANGE, labels

#: Of modalities; legible on white and on black.
PALETTE = (
    BLUE,
    ORANGE,
    "#3aa272",
    "#b05ccc",
    "#b8952a",
    "#d0507a",
    "#4f9fae",
    "#947455",
    "#7a7fd8",
    "#6f9f3a",
)

#: Letters of a name of which three stand side by side in a legend.
_SHORT = 12

#: Pairs explained by less get no line.
LEAST_EDGE = 0.05

#: Lines that are drawn.
_MOST_EDGES = 60

#: The same among more modalities than have numbers in cells.
_MOST_OF_MANY = 30

#: Lines with a number beside them.
_MOST_NUMBERS = 12

#: Modalities of a heat map with numbers in its cells.
MOST_IN_CELLS = 10

#: Features whose names can still be read.
_MOST_NAMES = 20

#: Text on it stays legible, in light and dark.
_STRONGEST_UNDER_TEXT = 0.6

_TITLES = {
    "explains": "Share of the column\nthat the row explains",
    "mean_abs_r": "Mean |r| of features",
    "max_abs_r": "Largest |r| of features",
    "share_significant": "Share of significant feature pairs",
    "rv": "RV coefficient",
    "rv_adjusted": "Adjusted RV coefficient",
    "cca": "First canonical correlation",
    "cka": "Linear CKA",
    "cka_debiased": "Debiased linear CKA",
}


def colours_of(names):
    """Return the colour of each modality; from the eleventh on they are grey."""
    return {
        name: PALETTE[k] if k < len(PALETTE) else GREY for k, name in enumerate(names)
    }


def shaded(values, strongest=1.0):
    """Return RGBA colours: orange above 0, blue below, see-through at 0.

    Parameters
    ----------
    values : ndarray of float
        From -1 to 1; NaN is see-through.
    strongest : float, default=1.0
        Opacity at 1 and -1.
    """
    from matplotlib.colors import to_rgb

    values = np.nan_to_num(np.asarray(values, dtype=float))
    colours = np.empty((*values.shape, 4))
    colours[..., :3] = np.where(values[..., None] < 0, to_rgb(BLUE), to_rgb(ORANGE))
    colours[..., 3] = strongest * np.clip(np.abs(values), 0, 1)
    return colours


def draw_heatmap(ax, frame, measure):
    """Draw a square of modalities with its numbers."""
    values = frame.to_numpy(dtype=float)
    ax.imshow(shaded(values, _STRONGEST_UNDER_TEXT), aspect="auto")
    for row, column in np.ndindex(values.shape):
        if row != column and len(values) <= MOST_IN_CELLS:
            text = number(values[row, column], measure)
            ax.text(column, row, text, ha="center", va="center")
    names, many = labels(frame.index), len(values) > MOST_IN_CELLS
    size = 8 if many else None
    ax.set_xticks(range(len(names)), names, rotation=60 if many else 35, ha="right")
    for text in ax.get_xticklabels():
        text.set_rotation_mode("anchor")
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(labelsize=size)
    ax.tick_params(length=0)
    ax.set_xticks(np.arange(len(names) + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(len(names) + 1) - 0.5, minor=True)
    ax.grid(which="minor", color=GREY, alpha=0.4, lw=0.6)
    ax.tick_params(which="minor", length=0)
    ax.spines[:].set_visible(False)
    ax.set_title(_TITLES[measure], fontsize=10)


def number(value, measure):
    """Return a measure as short text: shares in percent, NaN as a dash."""
    if np.isnan(value):
        return "–"
    if measure in ("explains", "share_significant"):
        return f"{max(value, 0.0):.0%}"
    return f"{value:.2f}"


def draw_network(ax, edges, modalities, measure):
    """Draw modalities on a circle, and an arrow from what explains to the explained."""
    names = list(modalities.index)
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(names)) / max(len(names), 1)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    places = dict(zip(names, circle, strict=True))
    many = len(names) > MOST_IN_CELLS
    shown = edges[edges["value"] >= LEAST_EDGE]
    shown = shown.head(_MOST_OF_MANY if many else _MOST_EDGES)
    taken = []
    for edge in shown.itertuples(index=False):
        start, end = places[edge.source], places[edge.target]
        look = {"directed": measure == "explains", "size": 0.5 if many else 1.0}
        _draw_edge(ax, edge, start, end, **look)
        if len(taken) < _MOST_NUMBERS and not many:
            x, y = _free_place(start, end, taken)
            text = number(edge.value, measure)
            ax.text(x, y, text, ha="center", va="center", fontsize=9, zorder=4)
    _draw_nodes(ax, places, modalities["verdict"], many)
    reach = 1.9, 1.55
    if many:
        reach = (1.2 + 0.07 * max(map(len, labels(names))),) * 2
    ax.set(xlim=(-reach[0], reach[0]), ylim=(-reach[1], reach[1]))
    ax.set_axis_off()
    title = _TITLES[measure]
    if measure == "explains":
        title = "Arrows point to what is explained, by how much"
    ax.set_title(title, fontsize=10)


def _draw_nodes(ax, places, verdicts, many):
    """Draw a dot a modality; it is hollow where the modality can go.

    Names of many stand as rays, so that they do not meet.
    """
    colours = colours_of(places)
    for (name, (x, y)), shown in zip(places.items(), labels(places), strict=True):
        hollow = verdicts[name] in ("redundant", "irrelevant")
        look = {"edgecolors": colours[name], "lw": 2, "zorder": 3}
        face = "none" if hollow else colours[name]
        ax.scatter(x, y, s=70 if many else 170, facecolors=face, **look)
        if many:
            angle = np.degrees(np.arctan2(y, x))
            left = abs(angle) > 90.001
            turned = angle + 180 if left else angle
            look = {"ha": "right" if left else "left", "va": "center", "fontsize": 8}
            look |= {"rotation": turned, "rotation_mode": "anchor", "zorder": 4}
            ax.text(1.1 * x, 1.1 * y, shown, **look)
            continue
        side = "center" if abs(x) < 0.2 else ("left" if x > 0 else "right")
        base = "bottom" if y > 0.5 else "top" if y < -0.5 else "center"
        text = f"{shown}\n{verdicts[name]}"
        ax.text(1.16 * x, 1.16 * y, text, ha=side, va=base, zorder=4, fontsize=9.5)


def _draw_edge(ax, edge, start, end, *, directed, size):
    gap = 0.13 * (end - start) / np.linalg.norm(end - start)
    style = "-"
    if directed:
        style = "<|-|>" if edge.back >= LEAST_EDGE else "-|>"
    strength = float(np.clip(edge.value, 0, 1))
    arrow = {
        "arrowstyle": style,
        "color": GREY,
        "lw": size * (0.8 + 3.5 * strength),
        "alpha": 0.4 + 0.6 * strength,
        "shrinkA": 0,
        "shrinkB": 0,
        "mutation_scale": size * (10 + 5 * strength),
    }
    ax.annotate("", end - gap, start + gap, arrowprops=arrow, zorder=1)


def _free_place(start, end, taken):
    """Return a place beside a line that is far from the numbers drawn before."""
    along = (end - start) / np.linalg.norm(end - start)
    beside = 0.11 * np.array([-along[1], along[0]])
    choices = [
        start + t * (end - start) + beside for t in (0.5, 0.62, 0.38, 0.72, 0.28)
    ]
    room = [min((np.abs(c - p).sum() for p in taken), default=9.0) for c in choices]
    best = next((k for k, free in enumerate(room) if free > 0.42), int(np.argmax(room)))
    taken.append(choices[best])
    return choices[best]


def draw_clustermap(ax, frame, tree, owners, names):
    """Draw features in hierarchical order: tree, modalities, correlations."""
    n = len(frame)
    ax.imshow(shaded(frame.to_numpy()), interpolation="nearest")
    colours = colours_of(names)
    strip, gap = 0.035 * n + 0.2, 0.01 * n
    for position, feature in enumerate(frame.index):
        colour = colours.get(str(owners[feature]).split(" + ")[0], GREY)
        ax.bar(position, strip, 1.0, bottom=-0.5 - gap - strip, color=colour, lw=0)
        ax.barh(position, strip, 1.0, left=-0.5 - gap - strip, color=colour, lw=0)
    top = _draw_tree(ax, tree, start=0.5 + 2 * gap + strip)
    ax.set_xlim(-0.5 - gap - strip, n - 0.5)
    ax.set_ylim(n - 0.5, -top)
    ax.set_xticks([])
    if n <= _MOST_NAMES:
        ax.yaxis.tick_right()
        texts = labels(frame.index)
        ax.set_yticks(range(n), texts, fontsize=min(9.0, 150 / n))
    else:
        ax.set_yticks([])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    _draw_keys(ax, colours)


def _draw_tree(ax, tree, start):
    """Draw the tree above the map; return how high it reaches."""
    if tree is None:
        return start
    height = 0.16 * (len(tree) + 1)
    highest = max(tree[:, 2].max(), 1e-12)
    drawn = dendrogram(tree, no_plot=True)
    for across, up in zip(drawn["icoord"], drawn["dcoord"], strict=True):
        # scipy puts leaves at 5, 15, 25, ...
        place = (np.array(across) - 5) / 10
        ax.plot(place, -start - height * np.array(up) / highest, color=GREY, lw=0.8)
    return start + height * 1.03


def legend_columns(names):
    """Return how many names stand side by side in a legend."""
    return 3 if max(map(len, labels(names)), default=0) <= _SHORT else 2


def legend_height(names):
    """Return the inches that a legend is higher than two lines."""
    n_lines = -(-min(len(names), len(PALETTE) + 1) // legend_columns(names))
    return 0.2 * max(0, n_lines - 2)


def _draw_keys(ax, colours):
    """Draw a legend of modalities, and the scale of colours."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import ListedColormap, Normalize
    from matplotlib.patches import Patch

    shown = list(colours.items())[: len(PALETTE)]
    texts = labels(name for name, _ in shown)
    patches = [
        Patch(color=colour, label=text)
        for text, (_, colour) in zip(texts, shown, strict=True)
    ]
    if len(colours) > len(shown):
        patches.append(Patch(color=GREY, label=f"{len(colours) - len(shown)} others"))
    figure = ax.figure
    scale = ScalarMappable(
        Normalize(-1, 1), ListedColormap(shaded(np.linspace(-1, 1, 201)))
    )
    bar = figure.colorbar(
        scale, ax=ax, orientation="horizontal", shrink=0.6, aspect=28, pad=0.02
    )
    bar.set_ticks([-1, 0, 1])
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0, labelsize=9)
    ax.legend(
        handles=patches,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.01),
        ncols=legend_columns(colours),
        frameon=False,
        fontsize=9,
        handlelength=1.0,
        columnspacing=1.2,
    )
