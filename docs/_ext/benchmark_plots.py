"""Plots of the site, drawn from benchmarks/results when it is built."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"
BLUE, ORANGE, GREEN, GREY = "#0b62a4", "#d1630c", "#2e7d4f", "#9aa0a6"


def read(name):
    """Return a table of results."""
    return pd.read_csv(RESULTS / f"{name}.csv")


def split(column):
    """Return values and errors of a column of texts such as ``0.95 ± 0.01``."""
    parts = column.str.extract(r"([+-]?\d+\.\d+)(?: ± (\d+\.\d+))?").astype(float)
    return parts[0].to_numpy(), parts[1].fillna(0).to_numpy()


def tidy(ax, *, zero="v"):
    """Leave out what says nothing, and mark zero."""
    ax.spines[["top", "right"]].set_visible(False)
    if zero == "v":
        ax.axvline(0, color="black", linewidth=0.8)
    ax.figure.tight_layout()


def fusions():
    """Draw what fusions gain on the best single modality, set by set."""
    table = read("fusions")
    single = split(table["best single"])[0]
    others = [c for c in table.columns[5:] if not c.startswith("auto")]
    rows = np.arange(len(table))[::-1]
    figure, ax = plt.subplots(figsize=(7, 4.6))
    for name in others:
        label = "each other fusion" if name == others[0] else None
        ax.plot(
            split(table[name])[0] - single,
            rows,
            "o",
            color=GREY,
            alpha=0.5,
            label=label,
        )
    fused = split(table["best of concat, voting, stacking"])[0]
    ax.plot(
        fused - single,
        rows,
        "D",
        color=ORANGE,
        label="best of concat, voting, stacking",
    )
    gain, error = split(table["auto - single"])
    ax.errorbar(gain, rows, xerr=error, fmt="o", color=BLUE, label="auto, the default")
    ax.set_yticks(rows, table["set"] + ", " + table["score"])
    ax.set_xlabel("score, less that of the best single modality (± standard error)")
    figure.legend(frameon=False, loc="upper center", ncols=3)
    tidy(ax)
    figure.subplots_adjust(top=0.92)


def missing():
    """Draw scores as modalities go missing."""
    table = read("missing_all_curves")
    shown = {"auto": BLUE, "stacking": ORANGE, "concat": GREEN}
    shares = [int(c.split("%")[0]) for c in table.columns[2:]]
    figure, axes = plt.subplots(1, 2, figsize=(7, 3.4))
    measures = {"leaf_flavia": "accuracy", "chicago": "R²"}
    for ax, (name, part) in zip(axes, table.groupby("set", sort=False), strict=True):
        part = part.set_index("fusion").iloc[:, 1:]
        for fusion, scores in part.iterrows():
            color = shown.get(fusion, GREY)
            front = fusion in shown
            ax.plot(
                shares,
                scores,
                "o-" if front else "-",
                color=color,
                alpha=1 if front else 0.35,
                label=fusion if front else None,
                zorder=2 + front,
            )
        ax.set_title(name, loc="left")
        ax.set_xlabel("missing cells (%)")
        ax.set_ylabel(measures[name])
        tidy(ax, zero=None)
    axes[0].plot([], [], color=GREY, label="others")
    axes[0].legend(frameon=False, loc="lower left")
    figure.tight_layout()


def statistics():
    """Draw how often tests reject where there is nothing."""
    table = read("statistics_null").iloc[::-1].set_index("test")
    colors = dict(zip(table.columns, [GREY, GREEN, BLUE], strict=True))
    _, ax = plt.subplots(figsize=(7, 3.6))
    ax.axvspan(3.2, 7.0, color=GREY, alpha=0.25, linewidth=0)
    for scheme, color in colors.items():
        ax.plot(table[scheme], range(len(table)), "o", color=color, label=scheme)
    ax.set_yticks(
        range(len(table)), [name.replace(", ", ",\n", 1) for name in table.index]
    )
    ax.set_xlabel("rejects (%)")
    ax.legend(frameon=False, loc="lower right")
    tidy(ax)


def pseudo_labels():
    """Draw what ways of labelling gain on the supervised pool."""
    table = read("pseudo_labels")
    cells = table[["set", "labels"]].drop_duplicates().to_numpy()
    ways = [w for w in table["way"].unique() if "supervised" not in w]
    ways = [w for w in ways if "without doubt" not in w]
    own = {"figsize": (7, 3.8), "sharex": True, "sharey": True}
    figure, axes = plt.subplots(1, len(cells), **own)
    for ax, (name, labels) in zip(axes, cells, strict=True):
        part = table[(table["set"] == name) & (table["labels"] == labels)]
        part = part.set_index("way").reindex(ways[::-1])
        gain, error = split(part["gain on the supervised pool"])
        ax.errorbar(gain, range(len(part)), xerr=error, fmt="o", color=BLUE)
        ax.set_yticks(range(len(part)), part.index)
        ax.set_title(f"{name}\n{labels:.0%}", loc="left", fontsize=9)
        ax.set_xlabel("gain")
        ax.set_xticks((-0.2, 0.0))
        tidy(ax)
    figure.tight_layout()


def joins():
    """Draw what joined columns are worth."""
    table = read("joins").iloc[::-1]
    _, ax = plt.subplots(figsize=(7, 2.8))
    rows = range(len(table))
    ax.plot(table["auc"], rows, "o", color=BLUE, label="folds by day")
    ax.plot(table["auc_forward"], rows, "D", color=ORANGE, label="later months")
    ax.set_yticks(rows, table["columns"])
    ax.set_xlabel("AUC")
    ax.legend(frameon=False, loc="lower right")
    tidy(ax, zero=None)


def augmentation():
    """Draw what augmentation gains on repeated rows."""
    table = read("augmentation_steps")
    table = table[~table["steps"].isin(["repeat"])]
    parts = list(table.groupby("set", sort=False))
    n_rows = (len(parts) + 1) // 2
    size = (7, 0.6 + 2.8 * n_rows)
    figure, axes = plt.subplots(n_rows, 2, figsize=size, sharey=True, squeeze=False)
    colors = {"RandomForestClassifier": BLUE, "ExtraTreesClassifier": ORANGE}
    for ax in axes.flat[len(parts) :]:
        ax.remove()
    for ax, (name, part) in zip(axes.flat, parts, strict=False):
        for shift, (trees, color) in zip((0.12, -0.12), colors.items(), strict=True):
            rows = part[part["trees"] == trees].iloc[::-1]
            places = np.arange(len(rows)) + shift
            ax.errorbar(
                rows["gain"], places, xerr=rows["gain, error"], fmt="o", color=color
            )
            ax.set_yticks(range(len(rows)), rows["steps"])
        ax.set_title(f"{name}, {part['rows'].iloc[0]} rows", loc="left")
        ax.set_xlabel("gain")
        tidy(ax)
    for trees, color in colors.items():
        axes[0, 0].plot([], [], "o", color=color, label=trees)
    figure.legend(frameon=False, loc="upper center", ncols=2)
    figure.tight_layout(rect=(0, 0, 1, 1 - 0.07 / n_rows))
