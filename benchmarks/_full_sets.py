"""Whole data sets of a folder outside of the package, in the shape of the bundled ones.

Each set is a folder of its own: ``data.csv.gz`` (columns ``modality::feature``,
the target ``__y__``, perhaps ``__groups__``) and ``meta.json`` (types and task).
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from _sets import load
from sklearn.model_selection import GroupKFold, StratifiedKFold
from sklearn.utils import Bunch

#: Rows that are used of the largest set.
MOST_ROWS = 60_000
#: Sets of which no part is bundled.
_OWN = {
    "credit_data": Bunch(
        task="classification",
        metric="roc_auc",
        splitter=StratifiedKFold(5, shuffle=True, random_state=0),
    ),
    "star": Bunch(task="regression", metric="r2", splitter=GroupKFold(5)),
}


def load_full(name, folder, most=MOST_ROWS):
    """Return a whole set; metric and splitter are those of the bundled part."""
    at = Path(folder) / name
    meta = json.loads((at / "meta.json").read_text())
    table = pd.read_csv(
        at / "data.csv.gz", dtype=meta["dtypes"], na_values=[""], keep_default_na=True
    )
    if len(table) > most:
        rng = np.random.default_rng(0)
        kept = np.sort(rng.choice(len(table), most, replace=False))
        table = table.iloc[kept].reset_index(drop=True)
    texts = {c for columns in meta["text_columns"].values() for c in columns}
    columns, modalities = {}, []
    for modality in meta["modalities"]:
        own = [c for c in table if c.startswith(f"{modality}::")]
        names = [c.replace("::", "__") for c in own]
        for column, label in zip(own, names, strict=True):
            columns[label] = _typed(table[column], column.split("::")[1] in texts)
        modalities.append((modality, "auto", names))
    part = _OWN[name] if name in _OWN else load(name)
    groups = table.get("__groups__")
    return Bunch(
        data=pd.DataFrame(columns),
        target=table["__y__"],
        groups=None if groups is None else pd.factorize(groups)[0],
        modalities=modalities,
        task=part.task,
        metric=part.metric,
        splitter=part.splitter,
    )


def _typed(values, is_text):
    """Texts as objects, other words as categories, numbers as they are."""
    if pd.api.types.is_numeric_dtype(values):
        return values
    if is_text:
        return values.astype(object).where(values.notna(), None)
    return values.astype("category")
