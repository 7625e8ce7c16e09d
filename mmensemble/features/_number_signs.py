"""What comma and point stand for in the numbers of a column."""

from collections import Counter
from dataclasses import dataclass

from mmensemble.features._number_spelling import SIGNS, is_money


@dataclass(frozen=True)
class Signs:
    """How often comma and point are seen in either of their roles.

    Only numbers count that read in one way: ``"12,6"`` has a fraction behind a comma,
    ``"1,234.5"`` a comma between thousands, and ``"1,234"`` may have either.

    Parameters
    ----------
    fractions, thousands : Counter of str to float
        Weight of the values in which ``","`` and ``"."`` stand before a fraction, and
        between thousands.
    """

    fractions: Counter
    thousands: Counter

    @classmethod
    def seen(cls, matches, counts):
        """Count the signs of numbers.

        Parameters
        ----------
        matches : sequence of dict of str to re.Match
            Of `matches_of`, one a number.
        counts : ndarray of shape (n_numbers,)
            Their weights.
        """
        signs = cls(Counter(), Counter())
        for ways, count in zip(matches, counts, strict=True):
            if len(ways) == 1:
                (point, found), *_ = ways.items()
                gap, fraction = SIGNS[point]
                signs.fractions[fraction] += count * (fraction in found["number"])
                signs.thousands[gap] += count * (found["gap"] == gap)
        return signs

    @property
    def point(self):
        """What stands before fractions: "point", "comma" or "both".

        Where nothing tells, it is the point.

        Examples
        --------
        >>> from mmensemble.features._number_spelling import matches_of
        >>> for texts in (["12,6", "1,234"], ["12,6", "<0.5"], ["1,234", "5,678"]):
        ...     print(Signs.seen([matches_of(text) for text in texts], [1, 1]).point)
        comma
        both
        point
        """
        names = {fraction: point for point, (_, fraction) in SIGNS.items()}
        found = [
            names[sign] for sign in names if self.fractions[sign] > self.thousands[sign]
        ]
        if found:
            return "both" if len(found) > 1 else found[0]
        return "comma" if self.thousands["."] > self.thousands[","] else "point"

    def leave_open(self, ways, point):
        """Tell whether a number may mean something else than it is read as.

        It may where its sign is seen in the other role, or in none while the other
        sign stands before fractions: then it could do so too. Thousands of money
        are not doubted for that.

        Parameters
        ----------
        ways : dict of str to re.Match
            Of `matches_of`.
        point : {"point", "comma", "both"}
            How the column is read.
        """
        if len(ways) < 2:
            return False
        found, sign = ways["point"], _sign(ways)
        if sign is None:
            return False
        other = "." if sign == "," else ","
        if point == "both" or SIGNS[point][1] == sign:
            return bool(self.thousands[sign] or self.fractions[other])
        unseen = not self.thousands[sign] and not is_money(found)
        return bool(self.fractions[sign] or (self.fractions[other] and unseen))

    @staticmethod
    def tell_nothing(matches):
        """Tell whether all numbers are such as ``"1,234"``, which reads in two ways.

        Smaller ones without a sign beside them would show that it stands between
        thousands. ``"$1,234"`` is not doubted.

        Parameters
        ----------
        matches : sequence of dict of str to re.Match
            Of `matches_of`, one a number.
        """
        signs = [_sign(ways) if len(ways) > 1 else None for ways in matches]
        money = all(is_money(ways["point"]) for ways in matches if "point" in ways)
        return None not in signs and not (money and set(signs) == {","})


def _sign(ways):
    """Return the comma or point of a number that reads in two ways, None for none."""
    return next((sign for sign in ",." if sign in ways["point"]["number"]), None)
