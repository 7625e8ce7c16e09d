"""Count how often planted modalities are called what they are.

For each seed `make_multimodal` plants a duplicate, a complement and a noise modality;
then one table of independent modalities, where nothing is redundant; then independent
noise, whose permutation p-values must be uniform.

    python benchmarks/correlation/bench_verdicts.py [--seeds 100] [--rows 300] [--quick]
"""

import argparse
from collections import Counter

import numpy as np
from scipy import stats

from mmensemble.analysis import ModalityCorrelation
from mmensemble.datasets import make_multimodal

#: The duplicate's own noise, beside features of standard deviation 1.7.
COPY_NOISE = 0.3


def planted(seed, rows, task="classification"):
    """Return a table of a base, its copy, a complement and noise."""
    signal = {"base": 1.0, "complement": 1.0, "noise": 0.0, "copy": 1.0}
    return make_multimodal(
        rows,
        n_features=dict.fromkeys(signal, 8),
        task=task,
        shared_signal=signal,
        private_signal=signal,
        noise={name: COPY_NOISE if name == "copy" else 1.0 for name in signal},
        redundancy={"copy": "base"},
        class_sep=1.0,
        random_state=seed,
    )


def independent(seed, rows):
    """Return a table of modalities that share nothing."""
    return make_multimodal(
        rows,
        n_features=(8, 8, 8),
        task="regression",
        shared_signal=0.0,
        random_state=seed,
    )


def verdicts(seed, rows, task="classification"):
    """Return which of the planted modalities got the right word, a dict of bool."""
    data = planted(seed, rows, task)
    analysis = ModalityCorrelation(n_permutations=0, random_state=seed)
    found = analysis.fit(data.data, data.target).modalities_
    word, stand_in = found["verdict"], found["stand_in"]
    pair = {"base": "copy", "copy": "base"}
    gone = [name for name in pair if word[name] == "redundant"]
    return {
        "one of the two copies redundant, for the other": len(gone) == 1
        and stand_in[gone[0]] == pair[gone[0]],
        "the later copy redundant": gone == ["copy"],
        "complement complementary": word["complement"] == "complementary",
        "noise irrelevant": word["noise"] == "irrelevant",
    }


def false_redundancy(seed, rows, with_target):
    """Tell whether any of several independent modalities is called redundant."""
    data = independent(seed, rows)
    analysis = ModalityCorrelation(n_permutations=0, random_state=seed)
    analysis.fit(data.data, data.target if with_target else None)
    return bool((analysis.modalities_["verdict"] == "redundant").any())


def null_p_values(seed, rows):
    """Return permutation p-values of canonical correlations of independent noise."""
    data = independent(seed, rows)
    analysis = ModalityCorrelation(n_permutations=99, random_state=seed)
    half = np.arange(rows) % 2
    analysis.fit(data.data, groups=None, time=half)
    return analysis.pairs_["p_value_cca"].tolist(), analysis.shifts_["p_value"].tolist()


def main():
    """Run the experiments and print counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--quick", action="store_true", help="5 seeds")
    options = parser.parse_args()
    if options.quick:
        options.seeds = 5
    seeds = range(options.seeds)
    for task in ("classification", "regression"):
        right = Counter()
        for seed in seeds:
            right.update(verdicts(seed, options.rows, task))
        print(f"\n{task}, {options.rows} rows, {options.seeds} seeds")
        for name, count in right.items():
            print(f"  {name}: {count}")
    for with_target in (True, False):
        wrong = sum(false_redundancy(seed, options.rows, with_target) for seed in seeds)
        print(f"\nfalse redundancy, with y {with_target}: {wrong} of {options.seeds}")
    cca, shifts = zip(*(null_p_values(s, 100) for s in seeds), strict=True)
    for name, values in (("p_value_cca", np.ravel(cca)), ("shifts_", np.ravel(shifts))):
        # Permutation p-values are uniform on k/100; a little noise spreads them.
        spread = values - np.random.default_rng(0).random(len(values)) / 100
        test = stats.kstest(spread, "uniform")
        share = np.mean(values <= 0.05)
        print(f"{name}: {share:.3f} below 0.05, uniform p = {test.pvalue:.2f}")


if __name__ == "__main__":
    main()
