"""Finished work on disk."""

import os

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


@pytest.mark.parametrize("value", [3, ("a", "b", "c"), {"mark": 1}, None])
def test_another_object_is_done_again(tmp_path, value):
    """A file that holds something else than it should is no result."""
    cache = FoldCache(tmp_path)
    cache.store([0], [1], "a", "mine")
    (path,) = tmp_path.rglob("*.joblib")
    joblib.dump(value, path)
    with pytest.warns(UserWarning, match="cannot be read and is done again"):
        assert cache.load([0], [1], "a") is None


def test_a_file_under_another_name_is_done_again(tmp_path):
    """Results that were copied over another's are not taken for it."""
    cache = FoldCache(tmp_path)
    cache.store([0], [1], "a", "mine")
    (path,) = tmp_path.rglob("*.joblib")
    cache.store([0], [1], "b", "other")
    (other,) = set(tmp_path.rglob("*.joblib")) - {path}
    path.write_bytes(other.read_bytes())
    with pytest.warns(UserWarning, match="ValueError: it holds something else"):
        assert cache.load([0], [1], "a") is None


@pytest.mark.skipif(os.name != "posix", reason="modes of folders are those of POSIX")
def test_folders_are_for_this_user_alone(tmp_path):
    """Folders that are made let nobody else in; those that were there stay."""
    tmp_path.chmod(0o755)
    cache = open_cache(tmp_path / "new" / "deep", 1)
    cache.store([0], [1], "a", 1)
    made = [path for path in tmp_path.rglob("*") if path.is_dir()]
    assert len(made) == 5
    assert {path.stat().st_mode & 0o777 for path in made} == {0o700}
    assert tmp_path.stat().st_mode & 0o777 == 0o755
