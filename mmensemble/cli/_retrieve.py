"""``mmensemble retrieve``: rows whose one modality fits another."""

import pandas as pd

from mmensemble.cli._errors import CommandError
from mmensemble.cli._formats import add_format, read_format
from mmensemble.cli._jobs import add_n_jobs
from mmensemble.cli._modalities import add_modality, parse_modalities
from mmensemble.cli._sources import TABLE_HELP, read_once
from mmensemble.cli._tables import (
    check_tables_out,
    need_column,
    read_table,
    write_table,
)
from mmensemble.crossmodal._retriever import CrossModalRetriever


def add_parser(commands):
    """Add the command's options."""
    parser = commands.add_parser(
        "retrieve",
        help="find rows whose one modality fits another",
        description="Learn from a table which rows of one modality fit which of "
        "another, and find for each query row the rows of a collection that fit best.",
    )
    parser.add_argument("table", help=f"to learn from: {TABLE_HELP}")
    add_modality(parser)
    parser.add_argument(
        "--query",
        action="append",
        required=True,
        metavar="MODALITY",
        help="modality that asks; once for each",
    )
    parser.add_argument(
        "--find", required=True, metavar="MODALITY", help="modality that is looked for"
    )
    parser.add_argument("--queries", help="table of the query rows (default: table)")
    parser.add_argument(
        "--collection", help="table of the rows that may be found (default: table)"
    )
    parser.add_argument(
        "--label", help="column of classes; with it rows of the same class are found"
    )
    parser.add_argument(
        "--neighbors", type=int, default=5, help="rows to find a query (default: 5)"
    )
    parser.add_argument("--groups", help="column of groups that folds keep together")
    add_n_jobs(parser, "fits at the same time")
    parser.add_argument("--seed", type=int, default=0, help="root of all seeds")
    parser.add_argument(
        "--out", default="found.csv", help="table to write (default: %(default)s)"
    )
    add_format(parser)
    parser.set_defaults(run=run)


def run(args):
    """Run the command; return the exit code."""
    inputs = [("the table", args.table), ("--queries", args.queries)]
    inputs.append(("--collection", args.collection))
    check_tables_out([("--out", args.out)], inputs)
    read_once(path for _, path in inputs)
    if args.neighbors < 1:
        raise CommandError(f"--neighbors must be at least 1, got {args.neighbors}")
    form = read_format(args)
    aside = [name for name in (args.label, args.groups) if name is not None]
    table = read_table(args.table, form, wanted=aside)
    for name, option in ((args.label, "--label"), (args.groups, "--groups")):
        if name is not None:
            need_column(table, name, option)
    free = [name for name in table.columns if name not in aside]
    model = CrossModalRetriever(
        parse_modalities(args.modality, free),
        level="item" if args.label is None else "class",
        n_jobs=args.n_jobs,
        random_state=args.seed,
    )
    y = None if args.label is None else _labels(table, args.label)
    groups = None if args.groups is None else table[args.groups].to_numpy()
    model.fit(table[free], y, groups=groups)
    queries, collection = (
        table if path is None else read_table(path, form, partial=True)
        for path in (args.queries, args.collection)
    )
    model.index(collection, target=args.find)
    similarity, rows = model.kneighbors(
        queries, args.neighbors, query=args.query, target=args.find
    )
    found = _long(similarity, rows)
    write_table(found, args.out)
    print(
        f"{len(queries):,} queries by {', '.join(args.query)}, {len(collection):,} "
        f"rows of {args.find}: {args.out}"
    )
    return 0


def _labels(table, name):
    missing = int(table[name].isna().sum())
    if missing:
        raise CommandError(f"{missing} of {len(table)} rows have no {name!r}")
    return table[name].to_numpy()


def _long(similarity, rows):
    """Return one row a query and rank, counted from zero and from one."""
    n_queries, n_neighbors = rows.shape
    found = pd.DataFrame(
        {
            "query": pd.Series(range(n_queries)).repeat(n_neighbors).to_numpy(),
            "rank": list(range(1, n_neighbors + 1)) * n_queries,
            "row": rows.ravel(),
            "similarity": similarity.ravel(),
        }
    )
    return found[found["row"] >= 0].reset_index(drop=True)
