"""Falls of the score when a column is shuffled."""

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score

from mmensemble import MultimodalClassifier, MultimodalRegressor
from mmensemble.model_selection._fold_shuffles import shuffled_falls

TRAIN, TEST = np.arange(150), np.arange(150, 300)
GIVEN = {"most": 10, "n_repeats": 2, "seed": 0}


def table(seed=0):
    """Return a table whose second and fourth columns alone tell the target."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(300, 6))
    return X, np.where(X[:, 1] + X[:, 3] > 0, "yes", "no")


def fitted(X, y, columns=((0, 1, 2), (3, 4, 5))):
    """Return a model of two modalities."""
    modalities = [
        (name, "auto", list(own)) for name, own in zip("ab", columns, strict=True)
    ]
    model = MultimodalClassifier(
        modalities, fusion="concat", estimator=LogisticRegression(), random_state=0
    )
    return model.fit(
        X[TRAIN] if not isinstance(X, pd.DataFrame) else X.iloc[TRAIN], y[TRAIN]
    )


def accuracy(y):
    """Return a score of the test rows."""
    classes = np.array(["no", "yes"])
    return lambda known: accuracy_score(y[TEST], classes[known.argmax(axis=1)])


def test_what_tells_falls():
    """Columns that tell cost much, the others next to nothing; a seed repeats it."""
    X, y = table()
    model = fitted(X, y)
    falls = shuffled_falls(model, X, y, TRAIN, TEST, accuracy(y), **GIVEN)
    assert min(falls[1], falls[3]) > 0.15
    assert max(falls[k] for k in (0, 2, 4, 5)) < 0.05
    again = shuffled_falls(model, X, y, TRAIN, TEST, accuracy(y), **GIVEN)
    assert falls == again


def test_the_best_columns_are_tried():
    """Of more columns, of each modality those that go with the target in training."""
    X, y = table()
    model = fitted(X, y)
    given = GIVEN | {"most": 2}
    falls = shuffled_falls(model, X, y, TRAIN, TEST, accuracy(y), **given)
    assert sorted(falls) == [1, 3]
    shuffled = y.copy()
    shuffled[TEST] = shuffled[TEST][::-1]
    same = shuffled_falls(model, X, shuffled, TRAIN, TEST, accuracy(y), **given)
    assert sorted(same) == [1, 3]


def test_texts_dates_and_gaps_are_ranked():
    """What is no number comes first; constant and empty columns come last."""
    X, y = table()
    frame = pd.DataFrame(X, columns=[f"c{k}" for k in range(6)])
    frame["c0"] = np.where(y == "yes", "red", "blue")
    frame["c2"] = 1.0
    frame["c5"] = pd.to_datetime("2024-01-01") + pd.to_timedelta(np.arange(300), "D")
    names = ("c0", "c1", "c2"), ("c3", "c4", "c5")
    model = fitted(frame, y, names)
    falls = shuffled_falls(
        model, frame, y, TRAIN, TEST, accuracy(y), **(GIVEN | {"most": 3})
    )
    assert sorted(falls)[:2] == [0, 1]
    assert len(falls) == 3


def test_rows_keep_their_modalities():
    """Cells move among the rows that have the modality: presence stays."""
    X, y = table()
    X[::3, 3:] = np.nan
    model = fitted(X, y)
    seen = []
    ask = model.predict_coalitions

    def watched(part, masks):
        seen.append(model.presence(part).to_numpy())
        return ask(part, masks)

    model.predict_coalitions = watched
    shuffled_falls(model, X, y, TRAIN, TEST, accuracy(y), **GIVEN)
    whole = seen.pop()
    for presence in seen:
        copies = presence.reshape(-1, *whole.shape)
        np.testing.assert_array_equal(copies, np.broadcast_to(whole, copies.shape))


def test_sparse_tables_and_several_targets():
    """Both have falls."""
    X, _ = table()
    y = np.column_stack([X[:, 1], X[:, 3]])
    modalities = [("a", "passthrough", [0, 1, 2]), ("b", "passthrough", [3, 4, 5])]
    model = MultimodalRegressor(modalities, fusion="concat", random_state=0)
    table_ = sparse.csr_array(np.where(np.abs(X) < 0.5, 0, X))
    model.fit(table_[TRAIN], y[TRAIN])
    falls = shuffled_falls(
        *(model, table_, y, TRAIN, TEST),
        lambda known: -np.mean((known - y[TEST]) ** 2),
        **(GIVEN | {"most": 2}),
    )
    assert sorted(falls) == [1, 3]
    assert min(falls.values()) > 0.1
