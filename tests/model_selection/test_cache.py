"""Finished work on disk."""

import joblib
import pytest

from mmensemble import VotingFusion
from mmensemble.model_selection._cache import FoldCache, open_cache


def test_folds_and_keys_are_kept_apart(tmp_path):
    """Another fold, key or order of rows is something else."""
    cache = FoldCache(tmp_path)
    cache.store([0, 1], [2], "a", "first")
    cache.store([0, 1], [2], "b", "second")
    assert cache.load([0, 1], [2], "a") == "first"
    assert cache.load([0, 1], [2], "b") == "second"
    assert cache.load([1, 0], [2], "a") is None
    assert cache.load([0], [1, 2], "a") is None
    cache.store([0, 1], [2], "a", "third")
    assert cache.load([0, 1], [2], "a") == "third"


def test_no_half_written_file_is_read(tmp_path, monkeypatch):
    """A writer that dies leaves nothing that a reader takes for a result."""
    cache = FoldCache(tmp_path)

    def dies(value, path):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(joblib, "dump", dies)
    with pytest.raises(KeyboardInterrupt):
        cache.store([0], [1], "a", 1)
    assert cache.load([0], [1], "a") is None


def test_a_damaged_file_is_as_good_as_none(tmp_path):
    """What cannot be read is done again."""
    cache = FoldCache(tmp_path)
    cache.store([0], [1], "a", [1, 2, 3])
    (path,) = tmp_path.rglob("*.joblib")
    path.write_bytes(path.read_bytes()[:7])
    with pytest.warns(UserWarning, match="cannot be read and is done again"):
        assert cache.load([0], [1], "a") is None
    cache.store([0], [1], "a", 4)
    assert cache.load([0], [1], "a") == 4


def test_what_results_depend_on_names_the_folder(tmp_path):
    """Equal objects share a folder, others do not; a Memory gives its location."""
    one = open_cache(tmp_path, VotingFusion(), [1.0])
    same = open_cache(str(tmp_path), VotingFusion(), [1.0])
    other = open_cache(tmp_path, VotingFusion("median"), [1.0])
    memory = open_cache(joblib.Memory(tmp_path, verbose=0), VotingFusion(), [1.0])
    assert one.folder == same.folder
    assert one.folder != other.folder
    assert str(tmp_path) in str(memory.folder)
    assert open_cache(None) is None
    assert open_cache(joblib.Memory(None, verbose=0)) is None


def test_what_is_no_cache():
    """The message says what came."""
    with pytest.raises(TypeError, match="'cache' parameter must be None, a path or a"):
        open_cache(3)
