"""Links predicted, and graphs as features.

links: filtered scores of umls (135 entities, 46 relations) after fitting its
training triples, in seconds of one processor; means over seeds, ± their standard
deviation.

features: accuracy of logistic regression with three labels a class on an entity
column that the methods of GraphEmbedder turn into columns; means over 20 draws, ±
their standard error. "taxonomy": leaves of a generated tree, told by their
ancestor two levels below the root. "captions": the last noun of pictures' captions
in WordNet, told by the pictures' eight folders, against a bag of the captions'
words and both side by side.

Needs folders of data: ``bench_graphs.py FOLDER [--wordnet FOLDER]``; that of WordNet
holds ``index.noun`` and ``data.noun``.
"""

import argparse
import re
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd
from _timing import show, table
from run import write
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from mmensemble.auxiliary import GraphEmbedder, KnowledgeGraph

MODELS = {
    "complex, 256 components": {"n_components": 256, "penalty": 0.03, "max_iter": 80},
    "complex, defaults": {},
    "distmult, defaults": {"model": "distmult"},
    "transe, defaults": {"model": "transe"},
    "rescal, 32 components": {"model": "rescal", "n_components": 32},
}
METHODS = ("closure", "walks", "complex")


def read_umls(folder):
    """Return the triples of umls by part."""
    names = ("train", "valid", "test")
    return {
        name: pd.read_csv(Path(folder) / f"umls/{name}.txt", sep="\t", header=None)
        for name in names
    }


def links(folder, seeds):
    """Return filtered scores and seconds of each model."""
    parts = read_umls(folder)
    known = pd.concat(parts.values())
    lines = []
    for name, options in MODELS.items():
        found, seconds = [], []
        for seed in range(seeds):
            start = process_time()
            graph = KnowledgeGraph(random_state=seed, **options).fit(parts["train"])
            seconds.append(process_time() - start)
            scores = graph.evaluate(parts["test"], known=known)
            found.append(scores.loc["both"])
        found = pd.DataFrame(found)
        cells = [
            f"{found[k].mean():.3f} ± {found[k].std(ddof=1):.3f}"
            for k in ("mrr", "hits_1", "hits_10")
        ]
        lines.append([name, *cells, f"{np.mean(seconds):.1f}"])
        print("|", " | ".join(lines[-1]), "|", flush=True)
    head = ["model", "mean reciprocal rank", "hits at 1", "hits at 10", "seconds"]
    return table(lines, head)


def taxonomy(seed=0):
    """Return triples of a random tree, leaves and the classes of these."""
    rng = np.random.default_rng(seed)
    level, triples = ["root"], []
    for _ in range(5):
        below = []
        for parent in level:
            children = [f"{parent}.{i}" for i in range(rng.integers(2, 5))]
            triples += [(child, "isa", parent) for child in children]
            below += children
        level = below
    classes = np.array([".".join(leaf.split(".")[:3]) for leaf in level])
    common = pd.Series(classes).map(pd.Series(classes).value_counts()) >= 8
    return triples, np.array(level)[common], classes[common]


class WordNet:
    """Nouns and what they are kinds of.

    Parameters
    ----------
    folder : Path
        Holds ``index.noun`` and ``data.noun``.
    """

    def __init__(self, folder):
        self.first, self.above = {}, {}
        for line in (folder / "index.noun").read_text().splitlines():
            if not line.startswith(" "):
                parts = line.split()
                self.first[parts[0]] = parts[6 + int(parts[3])]
        for line in (folder / "data.noun").read_text().splitlines():
            if not line.startswith(" "):
                pointers = re.findall(r"@i? (\d{8}) n", line.split("|")[0])
                self.above[line[:8]] = pointers

    def noun(self, caption):
        """Return the last noun of a caption's first phrase, None if there is none."""
        text = re.sub(r"\(.*?\)", "", caption.lower())
        words = re.split(r",|\.| with | of | in | on | and ", text)[0]
        for word in reversed(re.findall(r"[a-z]+", words)):
            for form in (word, word.removesuffix("s"), word.removesuffix("es")):
                if form in self.first:
                    return form
        return None

    def triples(self, nouns):
        """Return what links nouns to their first meaning, and that to all above."""
        rows, seen = [], set()
        pending = []
        for noun in sorted(set(nouns)):
            rows.append((noun, "means", self.first[noun]))
            pending.append(self.first[noun])
        while pending:
            here = pending.pop()
            if here not in seen:
                seen.add(here)
                rows += [(here, "isa", other) for other in self.above[here]]
                pending += self.above[here]
        return rows


def few_labels(features, classes, draws):
    """Return the accuracy of each draw of three labels a class."""
    model = LogisticRegression(C=10.0, max_iter=1000)
    scores = []
    for draw in range(draws):
        order = np.random.default_rng(draw).permutation(len(classes))
        own = [order[classes[order] == label] for label in np.unique(classes)]
        train = np.concatenate([rows[:3] for rows in own])
        test = np.concatenate([rows[3:] for rows in own])
        model.fit(features[train], classes[train])
        scores.append(model.score(features[test], classes[test]))
    return scores


def features_of(triples, names, method):
    """Return the columns that a method makes of entities; 0 where it knows none."""
    step = GraphEmbedder(triples, on=0, method=method, passthrough=False)
    X = np.asarray(names, dtype=object)[:, None]
    found = step.set_params(random_state=0).fit_transform(X)
    return np.nan_to_num(np.asarray(found, dtype=float))


def row(case, method, features, classes, draws, seconds=0.0):
    """Return a line of the table of features."""
    scores = few_labels(features, classes, draws)
    error = np.std(scores, ddof=1) / np.sqrt(draws)
    cells = [case, method, f"{np.mean(scores):.3f} ± {error:.3f}", f"{seconds:.1f}"]
    print("|", " | ".join(cells), "|", flush=True)
    return cells


def features(folder, wordnet, draws):
    """Return the accuracy of features from graphs."""
    cases = {"taxonomy": taxonomy()}
    lines, words = [], None
    if wordnet is not None:
        pictures = pd.read_csv(Path(folder) / "stamps/captions.csv")
        common = pictures["category"].value_counts().index[:8]
        pictures = pictures[pictures["category"].isin(common)]
        net = WordNet(Path(wordnet))
        nouns = pictures["caption"].map(net.noun)
        classes = pictures["category"].to_numpy()
        cases["captions"] = net.triples(nouns.dropna()), nouns.to_numpy(), classes
        words = CountVectorizer(binary=True).fit_transform(pictures["caption"])
        words = words.toarray().astype(float)
        lines.append(row("captions", "bag of words", words, classes, draws))
    for case, (triples, names, classes) in cases.items():
        for method in METHODS:
            start = process_time()
            found = features_of(triples, names, method)
            seconds = process_time() - start
            lines.append(row(case, method, found, classes, draws, seconds))
            if case == "captions" and method == "closure":
                both = np.concatenate([words, found], axis=1)
                name = "closure and bag of words"
                lines.append(row(case, name, both, classes, draws, seconds))
    return table(lines, ["set", "method", "accuracy", "seconds"])


def main(options):
    """Return both tables."""
    return {
        "links": links(options.folder, options.seeds),
        "features": features(options.folder, options.wordnet, options.draws),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--wordnet")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = main(options)
    show(found)
    if options.write:
        write("graphs", found)
