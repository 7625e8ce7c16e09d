"""The displays of shared codes."""

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA

from mmensemble import SharedSpace
from mmensemble.datasets import make_multimodal
from mmensemble.display import CodesDisplay, ReconstructionDisplay

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open."""
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.fixture(scope="module")
def data():
    """Three modalities; the first twenty rows lack the second."""
    bunch = make_multimodal(n_samples=120, random_state=0)
    lacking = [c for c in bunch.data if c.startswith("m2")]
    bunch.data.loc[:19, lacking] = np.nan
    return bunch


@pytest.fixture(scope="module")
def space(data):
    """A fitted space of four dimensions."""
    return SharedSpace("gcca", n_components=4).fit(data.data)


def test_whole_codes_lie_in_their_principal_directions(data, space):
    """Up to signs, places are what scikit-learn's PCA of the codes gives."""
    found = CodesDisplay.from_estimator(space, data.data).frame()
    found = found[found["source"] == "all"][["first", "second"]].to_numpy()
    wanted = PCA(2).fit_transform(np.asarray(space.transform(data.data)))
    np.testing.assert_allclose(np.abs(found), np.abs(wanted), atol=1e-8)


def test_codes_of_one_modality_are_those_of_a_table_that_lacks_the_others(data, space):
    """And rows without the modality have none."""
    frame = CodesDisplay.from_estimator(space, data.data, data.target).frame()
    counts = frame["source"].value_counts().to_dict()
    assert counts == {"all": 120, "m1": 120, "m2": 100, "m3": 120}
    alone = data.data.copy()
    alone[[c for c in alone if not c.startswith("m3")]] = np.nan
    codes = np.asarray(space.transform(alone))
    own = frame[frame["source"] == "m3"][["first", "second"]].to_numpy()
    whole = np.asarray(space.transform(data.data))
    axes = PCA(2).fit(whole).components_.T
    wanted = (codes - whole.mean(axis=0)) @ axes
    np.testing.assert_allclose(np.abs(own), np.abs(wanted), atol=1e-8)


def test_labels_are_text_and_numbers_are_cut(data, space):
    """Ten ranges of many numbers; labels as they are."""
    frame = CodesDisplay.from_estimator(space, data.data, data.target).frame()
    assert sorted(frame["label"].unique()) == sorted(map(str, set(data.target)))
    numbers = np.linspace(0, 1, 120)
    frame = CodesDisplay.from_estimator(space, data.data, numbers).frame()
    assert frame["label"].nunique() == 10
    assert set(CodesDisplay.from_estimator(space, data.data).frame()["label"]) == {""}


def test_plots(data, space):
    """Two panels with legends; many labels are merged; rows are thinned."""
    many = np.arange(120) % 30
    display = CodesDisplay.from_estimator(space, data.data, many, max_rows=60).plot()
    legends = [
        [text.get_text() for text in ax.get_legend().get_texts()] for ax in display.ax_
    ]
    assert len(legends[0]) == 10
    assert legends[0][-1] == "other"
    assert legends[1] == ["m1", "m2", "m3"]
    assert display.frame()["row"].nunique() == 60
    same = CodesDisplay.from_estimator(space, data.data).plot(display.ax_)
    assert same.figure_ is display.figure_
    with pytest.raises(ValueError, match="'ax' parameter must hold two axes"):
        display.plot(display.ax_[0])


def test_mistakes(data, space):
    """Lengths and dimensions are checked."""
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        CodesDisplay.from_estimator(space, data.data, [0, 1])
    flat = SharedSpace("gcca", n_components=1).fit(data.data)
    with pytest.raises(ValueError, match="Codes of one dimension cannot be drawn"):
        CodesDisplay.from_estimator(flat, data.data)


def test_reconstruction_is_one_less_the_error(space):
    """A row a modality and source, and a cell each in the picture."""
    display = ReconstructionDisplay.from_estimator(space)
    frame = display.frame()
    back = frame.pivot(index="modality", columns="source", values="rebuilt")
    wanted = 1 - space.reconstruction_error_
    pd.testing.assert_frame_equal(
        back, wanted, check_names=False, check_like=True, rtol=1e-12
    )
    texts = [text.get_text() for text in display.plot().ax_.texts]
    assert len(texts) == wanted.size
    assert texts[0] == f"{wanted.iloc[0, 0]:.2f}".replace("-", "−")
