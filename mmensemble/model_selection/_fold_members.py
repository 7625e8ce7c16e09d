"""What the members of one outer fold say of its training rows and its test rows."""

from dataclasses import dataclass

from mmensemble.ensemble._fit import fit_members, plan_of, reads_out_of_fold
from mmensemble.ensemble._members import MemberOutputs
from mmensemble.ensemble._plan import reduce_plan


@dataclass
class FoldMembers:
    """Predictions and blocks of one fold; fitted models are not kept.

    Parameters
    ----------
    train, test : MemberOutputs or None
        Of the training rows, out of fold where a fusion has needed that, and of the
        test rows; NaN where a row lacks the modality.
    n_fits : int
        Blocks read so far, of one modality or of all, each on all training rows and,
        where members need it, in the inner folds.
    """

    train: MemberOutputs | None = None
    test: MemberOutputs | None = None
    n_fits: int = 0

    def complete(self, model, data, requests, X_test, presence, *, held_out=False):
        """Fit what fusions need and is not here yet.

        Parameters
        ----------
        model : MultimodalClassifier or MultimodalRegressor
        data : TrainingData
        requests : list of FusionRequest
        X_test : table of shape (n_test, n_columns)
        presence : ndarray of bool of shape (n_test, n_modalities)
            Of the test rows.
        held_out : bool, default=False
            Whether out-of-fold predictions are wanted even if no fusion needs them.

        Returns
        -------
        changed : bool
            Whether anything was fitted.
        """
        held_out = held_out or reads_out_of_fold(model, requests)
        known = self.train if held_out else self.test
        members = () if known is None else known.members
        blocks = () if self.test is None else self.test.blocks
        rest = reduce_plan(plan_of(requests), members, blocks)
        if not rest.readers:
            return False
        fitted, train = fit_members(model, data, rest, held_out=held_out)
        test = fitted.read(X_test, presence)
        self.train = train if self.train is None else self.train.with_more(train)
        self.test = test if self.test is None else self.test.with_more(test)
        self.n_fits += len(rest.readers) + len(rest.joined)
        return True

    def views(self, model, data, request, subset=None):
        """Return what one fusion reads of the training rows and of the test rows.

        Parameters
        ----------
        model : estimator object
            Whose `members` and `n_jobs` count.
        data : TrainingData
        request : FusionRequest
        subset : list of int, default=None
            Positions of the modalities; None stands for all.

        Returns
        -------
        train, test : FusionData
        """
        outputs = self.train
        if not reads_out_of_fold(model, [request]):
            outputs = outputs.without_predictions()
        train = request.training_view(outputs, data, model.n_jobs)
        test = request.view(self.test, data)
        if subset is None:
            return train, test
        return train.subset(subset), test.subset(subset)

    def single(self, member):
        """Return (predictions of the test rows, seconds) of one member.

        Parameters
        ----------
        member : (str, str)
            Key of what it reads, and name of its learner.
        """
        predictions = self.test.predictions[:, self.test.members.index(member)]
        seconds = self.train.seconds
        return predictions, seconds.get(member[0], 0.0) + seconds.get(member, 0.0)

    def seconds_of(self, request, names=None):
        """Return the time of the members and blocks that one fusion reads.

        Parameters
        ----------
        request : FusionRequest
        names : collection of str, default=None
            Modalities that count; None stands for all.
        """
        plan, seconds = request.plan, self.train.seconds
        if names is not None:
            plan = plan.restricted(
                [m for m in plan.members if plan.input(m[0]).name in names],
                [key for key in plan.blocks if plan.readers[key].name in names],
            )
        read = plan.reader_keys(plan.members)
        known = [
            seconds.get(what, 0.0) for what in (*read, *plan.joined, *plan.members)
        ]
        own = self.train.block_seconds
        known += [own.get(key, 0.0) for key in plan.blocks if key not in read]
        return sum(known)
