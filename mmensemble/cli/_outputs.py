"""What a command writes, looked at before any work."""

import os
from pathlib import Path

import joblib

from mmensemble._persistence import SKOPS, require_skops, save
from mmensemble.cli._errors import CommandError


def check_outputs(outputs, inputs=(), folders=()):
    """Fail before the work where something cannot be written, or would be lost.

    Parameters
    ----------
    outputs : list of (option, path or None)
        Files to write.
    inputs : list of (word, path or None)
        Files that are read; none of them may be written over.
    folders : list of (option, path or None)
        Folders to write into, made where they are missing.

    Raises
    ------
    CommandError
        For a folder in the place of a file, one that is not there or cannot be
        written to, standard output, an output that is an input, two outputs of one
        name, and a page that is called like a file of another kind.
    """
    taken = {}
    for word, path in inputs:
        if path is not None:
            taken[_place(path)] = word
    for option, path in outputs:
        if path is None:
            continue
        _check_file(Path(path), option)
        other = taken.setdefault(_place(path), option)
        if other != option:
            is_input = other in [word for word, _ in inputs]
            why = "which is read" if is_input else "and only one could stay"
            raise CommandError(
                f"{option} {str(path)!r} is also {other}, {why}; give another name"
            )
        if option == "--html":
            _check_page(Path(path))
    for option, path in folders:
        if path is not None:
            _check_folder(Path(path), option)


def add_model_out(parser):
    """Add the option that names the model to write."""
    parser.add_argument(
        "--out",
        required=True,
        help="model to write: a joblib pickle, or a file without code as model.skops",
    )


def check_model_out(args, inputs):
    """Fail before the work where the model of ``--out`` cannot be written."""
    check_outputs([("--out", args.out)], inputs)
    if Path(args.out).suffix == SKOPS:
        require_skops()


def write_model(model, path):
    """Write a fitted model: a file without code as model.skops, else a pickle."""
    if Path(path).suffix == SKOPS:
        save(model, path)
    else:
        joblib.dump(model, path)


def write_result(result, args, **page):
    """Write a result's page and tables where the command line asks, and say so.

    Parameters
    ----------
    result : Reported
    args : Namespace
        With `html` and `json`, paths or None.
    **page : dict
        Options of the page.
    """
    if args.html is not None:
        result.to_html(args.html, **page)
        print(f"page: {args.html}")
    if args.json is not None:
        result.to_json(args.json)
        print(f"tables: {args.json}")


def _place(path):
    """Return what two names of one file have in common."""
    path = Path(path)
    if path.exists():
        found = path.stat()
        return found.st_dev, found.st_ino
    return os.path.normcase(path.resolve())


def _check_file(path, option):
    if str(path) == "-":
        raise CommandError(
            f"{option} '-' is no file, and standard output is for messages; name one"
        )
    if path.is_dir():
        raise CommandError(f"{option} {str(path)!r} is a folder; name a file in it")
    if not path.parent.is_dir():
        raise CommandError(f"the folder of {option} {str(path)!r} does not exist")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CommandError(f"{option} {str(path)!r} cannot be written: no permission")
    try:
        _try_to_write(path)
    except OSError as error:
        raise CommandError(
            f"{option} {str(path)!r} cannot be written: {error.strerror}"
        ) from error


def _check_page(path):
    if path.suffix.lower() not in ("", ".html", ".htm", ".xhtml"):
        raise CommandError(
            f"--html {str(path)!r}: what is written is a page for browsers, which can "
            f"print it as PDF; call it {path.with_suffix('.html').name!r}"
        )


def _try_to_write(path):
    """Open a file for writing and leave all as it was; permissions do not tell all."""
    path = path.resolve()  # what a link names may be missing
    if path.exists():
        with path.open("ab"):
            return
    with path.open("xb"):
        pass
    path.unlink()


def _check_folder(path, option):
    if path.exists() and not path.is_dir():
        raise CommandError(f"{option} {str(path)!r} is a file; name a folder")
    there = next(
        parent for parent in (path, *path.absolute().parents) if parent.exists()
    )
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise CommandError(f"{option} {str(path)!r} cannot be made: no permission")
