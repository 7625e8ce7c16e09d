"""Files are read with care."""

import os

import pytest

from mmensemble.features.cells import _files
from mmensemble.features.cells._files import file_bytes
from mmensemble.features.cells._values import CellError


@pytest.fixture
def root(tmp_path):
    """Return a folder with a file, beside one that is nobody's business."""
    (tmp_path / "inside" / "deep").mkdir(parents=True)
    (tmp_path / "inside" / "deep" / "a.bin").write_bytes(b"abc")
    (tmp_path / "secret.bin").write_bytes(b"secret")
    return tmp_path / "inside"


def test_bytes_and_paths(root):
    """Bytes are what they are; paths are read, from the root where there is one."""
    assert file_bytes(b"xyz", None) == b"xyz"
    assert file_bytes(bytearray(b"xyz"), None) == b"xyz"
    assert file_bytes(memoryview(b"xyz"), None) == b"xyz"
    assert file_bytes("deep/a.bin", root) == b"abc"
    assert file_bytes(str(root / "deep" / "a.bin"), root) == b"abc"
    assert file_bytes(root / "deep" / "a.bin", None) == b"abc"
    assert file_bytes(7, root) is None


@pytest.mark.parametrize("how", ["../secret.bin", "deep/../../secret.bin", "absolute"])
def test_paths_outside_of_the_root(root, how):
    """They are refused, whatever way they lead out."""
    path = str(root.parent / "secret.bin") if how == "absolute" else how
    with pytest.raises(CellError, match="leads outside of root="):
        file_bytes(path, root)


def test_links_outside_of_the_root(root):
    """A link inside does not open what is outside."""
    os.symlink(root.parent / "secret.bin", root / "link.bin")
    with pytest.raises(CellError, match=r"'link\.bin' leads outside of root="):
        file_bytes("link.bin", root)


def test_missing_files_and_folders(root):
    """There must be a file, and one that is a file."""
    with pytest.raises(CellError, match=r"there is no file 'b\.bin' in root="):
        file_bytes("b.bin", root)
    with pytest.raises(CellError, match="there is no file"):
        file_bytes("deep", root)
    with pytest.raises(CellError, match="there is no file '/dev/zero'"):
        file_bytes("/dev/zero", None)


def test_no_path(root):
    """A text that cannot be a path is told."""
    with pytest.raises(CellError, match="is no path"):
        file_bytes("a\0b", root)


def test_file_that_cannot_be_opened(root, monkeypatch):
    """What the system says is told."""

    def refuse(*args):
        raise PermissionError("not yours")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(CellError, match=r"'deep/a\.bin' cannot be opened: not yours"):
        file_bytes("deep/a.bin", root)


def test_large_files(root, monkeypatch):
    """Files and bytes above the limit are refused."""
    monkeypatch.setattr(_files, "MOST_BYTES", 2)
    with pytest.raises(CellError, match="has more than 2 bytes"):
        file_bytes("deep/a.bin", root)
    with pytest.raises(CellError, match="has more than 2 bytes"):
        file_bytes(b"abc", None)
