"""How deep one has to look for what was asked for."""

from mmensemble.display._axes import drawing, label

_RECALL = "recall@"


class RetrievalDisplay:
    """Share of the queries whose own row is among the first k, with intervals.

    Make one with :meth:`from_scores`.

    Parameters
    ----------
    scores : DataFrame
        As :func:`mmensemble.crossmodal.retrieval_scores` returns it.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` has drawn.
    figure_ : matplotlib Figure
        Its figure.

    See Also
    --------
    mmensemble.crossmodal.retrieval_scores : The numbers.

    Examples
    --------
    >>> from mmensemble import CrossModalRetriever
    >>> from mmensemble.crossmodal import retrieval_scores
    >>> from mmensemble.datasets import make_multimodal
    >>> from mmensemble.display import RetrievalDisplay
    >>> data = make_multimodal(n_samples=200, noise=0.2, random_state=0).data
    >>> retriever = CrossModalRetriever(random_state=0).fit(data[:100])
    >>> scores = retrieval_scores(retriever, data[100:], pairs=[("m1", "m2")])
    >>> RetrievalDisplay.from_scores(scores).frame()["k"].tolist()
    [1, 5, 10]
    """

    def __init__(self, scores):
        self.scores = scores

    @classmethod
    def from_scores(cls, scores):
        """Make the display from scores.

        Parameters
        ----------
        scores : DataFrame
            As :func:`mmensemble.crossmodal.retrieval_scores` returns it.

        Returns
        -------
        display : RetrievalDisplay

        Raises
        ------
        ValueError
            When no metric is a "recall@k".
        """
        if not scores["metric"].str.startswith(_RECALL).any():
            raise ValueError(
                "The 'scores' parameter holds no 'recall@k'; ask retrieval_scores for "
                "some, as in metrics=['recall@1', 'recall@10']."
            )
        return cls(scores)

    def frame(self):
        """Return one row a pair and depth.

        Returns
        -------
        frame : DataFrame
            `query`, `target`, `k`, `recall`, `lower`, `upper`, and `n_queries`.
        """
        own = self.scores[self.scores["metric"].str.startswith(_RECALL)]
        frame = own.rename(columns={"score": "recall"}).drop(columns="metric")
        depth = own["metric"].str.removeprefix(_RECALL).astype(int)
        frame.insert(2, "k", depth)
        return frame.sort_values(
            ["query", "target", "k"], kind="stable", ignore_index=True
        )

    def plot(self, ax=None):
        """Draw what `frame` returns: a line a pair of modalities.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None makes a new figure.

        Returns
        -------
        self : object
        """
        with drawing(type(self).__name__, ax, (6.0, 4.0)) as ax:
            for (query, target), own in self.frame().groupby(["query", "target"]):
                reach = [own["recall"] - own["lower"], own["upper"] - own["recall"]]
                ax.errorbar(
                    *(own["k"], own["recall"]),
                    yerr=reach,
                    marker="o",
                    ms=4,
                    capsize=2,
                    label=f"{label(query)} → {label(target)}",
                )
            ax.set(xlabel="first k rows", ylabel="own row among them", ylim=(0, 1.02))
            ax.legend(fontsize=8, title="query → target")
        self.ax_, self.figure_ = ax, ax.figure
        return self
