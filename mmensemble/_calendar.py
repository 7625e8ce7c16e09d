"""Where a moment lies in the cycles of the calendar."""

import numpy as np

#: Seconds of a day.
DAY = 86_400.0


def positions_in_cycles(seconds, with_times):
    """Return where in its cycles each moment lies, from 0 up to 1.

    Parameters
    ----------
    seconds : ndarray of shape (n_samples,)
        Local seconds since 1970, finite.
    with_times : bool
        Whether to give the time of day.

    Returns
    -------
    positions : ndarray of shape (n_samples, 2 or 3)
        In the year (by its whole days), the week (whole days from Monday) and
        the day.
    """
    days = np.floor(seconds / DAY)
    dates = days.astype("M8[D]")
    years = dates.astype("M8[Y]")
    length = ((years + 1).astype("M8[D]") - years.astype("M8[D]")).astype(float)
    in_year = (dates - years.astype("M8[D]")).astype(float) / length
    in_week = (days + 3) % 7 / 7  # 1 January 1970 was a Thursday
    cycles = [in_year, in_week]
    if with_times:
        cycles.append((seconds - days * DAY) / DAY)
    return np.column_stack(cycles)


def calendar_parts(seconds):
    """Return year, month, day of the month, weekday (Monday is 0) and hour.

    Parameters
    ----------
    seconds : ndarray of shape (n_samples,)
        Local seconds since 1970, finite.

    Returns
    -------
    parts : dict of str to ndarray of shape (n_samples,)
        The hour with its minutes as a fraction.
    """
    days = np.floor(seconds / DAY)
    dates = days.astype("M8[D]")
    years, months = dates.astype("M8[Y]"), dates.astype("M8[M]")
    return {
        "year": years.astype(float) + 1970,
        "month": (months - years.astype("M8[M]")).astype(float) + 1,
        "day": (dates - months.astype("M8[D]")).astype(float) + 1,
        "weekday": (days + 3) % 7,
        "hour": (seconds - days * DAY) / 3_600,
    }
