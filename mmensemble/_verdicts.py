"""The vocabulary of verdicts on modalities: each word is defined here, and only here.

A verdict compares what is known with a modality to what is known without it, beside
the other modalities; where it was never left out, the words say that it was judged
alone, beside knowing nothing.
"Costs nothing" is what the data show: the test finds no cost, or one that does not
matter.
"""

#: What the verdicts mean, by word.
VERDICTS = {
    "adds": "with it the score is higher than without it, by more than does not matter",
    "complementary": "it adds, and the others do not explain it: what it holds is its "
    "own",
    "redundant": "leaving it out costs nothing, for the others hold what it holds; "
    "with a target, alone it beats chance",
    "irrelevant": "leaving it out costs nothing, and alone it does not beat chance",
    "overlapping": "the others explain it in part or, with a target, alone it beats "
    "chance; but nothing shows that it adds to them",
    "unique": "the others explain next to nothing of it, or there are none; it was not "
    "asked whether it adds to the prediction of a target",
    "harmful": "without it the score is higher than with it, by more than does not "
    "matter",
    "predictive": "alone it beats chance; it was not asked what it adds to the others",
    "not predictive": "alone it does not beat chance; it was not asked what it adds to "
    "the others",
}
#: In place of a verdict, where none can be given.
UNCLEAR = "unclear"
#: What that means.
WHY_UNCLEAR = "the data do not decide: the interval is too wide for a verdict"


def define(words):
    """Return a definition of each word that occurs, in the order of the vocabulary.

    Parameters
    ----------
    words : iterable of str
        Verdicts, or "unclear".

    Returns
    -------
    sentences : list of str

    Raises
    ------
    ValueError
        For a word that is no verdict.

    Examples
    --------
    >>> from mmensemble._verdicts import define
    >>> define(["irrelevant", "irrelevant"])
    ['irrelevant: leaving it out costs nothing, and alone it does not beat chance.']
    """
    known = VERDICTS | {UNCLEAR: WHY_UNCLEAR}
    words = set(words)
    if words - set(known):
        raise ValueError(
            f"Verdicts are {list(known)}, got {sorted(words - set(known))}."
        )
    return [f"{word}: {known[word]}." for word in known if word in words]
