"""One function for each bundled set; what they return is made in `_base`."""

from mmensemble.datasets._base import load_set


def load_alzheimer(*, return_X_y=False):
    """Load early cognitive impairment (classification).

    Modalities: 124 plasma proteins, 3 markers of the spinal fluid, 3 columns of
    demography and genotype. 333 people, classes "control" and "impaired".
    Source, licence and traps are in the description, ``DESCR``.

    Parameters
    ----------
    return_X_y : bool, default=False
        Return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : Bunch, or tuple of (DataFrame, Series) if `return_X_y`
        A Bunch holds ``data`` (frame of shape (333, 130), columns named
        ``modality__feature``), ``target``, ``modalities``, ``groups``, ``time``,
        ``task``, ``metric``, ``splitter``, ``feature_names``, ``target_names``
        and ``DESCR``.

    Examples
    --------
    >>> from mmensemble.datasets import load_alzheimer
    >>> load_alzheimer().data.shape
    (333, 130)
    """
    return load_set("alzheimer", return_X_y)


def load_chicago(*, return_X_y=False):
    """Load riders at a Chicago station (regression).

    Modalities: lags of 20 stations, 18 measures of the weather, 10 sports
    indicators, 5 columns of the calendar. 5,698 days in order of time.
    Source, licence and traps are in the description, ``DESCR``.

    Parameters
    ----------
    return_X_y : bool, default=False
        Return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : Bunch, or tuple of (DataFrame, Series) if `return_X_y`
        A Bunch holds ``data`` (frame of shape (5698, 53), columns named
        ``modality__feature``), ``target``, ``modalities``, ``groups``, ``time``,
        ``task``, ``metric``, ``splitter``, ``feature_names``, ``target_names``
        and ``DESCR``.

    Examples
    --------
    >>> from mmensemble.datasets import load_chicago
    >>> load_chicago().data.shape
    (5698, 53)
    """
    return load_set("chicago", return_X_y)


def load_credit(*, return_X_y=False):
    """Load loans of which some went bad (classification).

    Modalities: 5 columns about the person, 5 about the finances, 3 about the loan.
    4,454 loans, classes "bad" and "good". No modality is strong alone.
    Source, licence and traps are in the description, ``DESCR``.

    Parameters
    ----------
    return_X_y : bool, default=False
        Return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : Bunch, or tuple of (DataFrame, Series) if `return_X_y`
        A Bunch holds ``data`` (frame of shape (4454, 13), columns named
        ``modality__feature``), ``target``, ``modalities``, ``groups``, ``time``,
        ``task``, ``metric``, ``splitter``, ``feature_names``, ``target_names``
        and ``DESCR``.

    Examples
    --------
    >>> from mmensemble.datasets import load_credit
    >>> load_credit().data.shape
    (4454, 13)
    """
    return load_set("credit", return_X_y)


def load_htad(*, return_X_y=False):
    """Load home tasks by sound and wrist movement (classification).

    Modalities: 36 audio and 16 accelerometer features. 1,386 windows, seven
    activities. Folds share subjects, which the source does not name.
    Source, licence and traps are in the description, ``DESCR``.

    Parameters
    ----------
    return_X_y : bool, default=False
        Return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : Bunch, or tuple of (DataFrame, Series) if `return_X_y`
        A Bunch holds ``data`` (frame of shape (1386, 52), columns named
        ``modality__feature``), ``target``, ``modalities``, ``groups``, ``time``,
        ``task``, ``metric``, ``splitter``, ``feature_names``, ``target_names``
        and ``DESCR``.

    Examples
    --------
    >>> from mmensemble.datasets import load_htad
    >>> load_htad().data.shape
    (1386, 52)
    """
    return load_set("htad", return_X_y)


def load_ischemic_stroke(*, return_X_y=False):
    """Load stroke from scan and history (classification).

    Modalities: 20 measures of a computed tomography, 8 clinical columns. 126
    patients, classes "no" and "yes".
    Source, licence and traps are in the description, ``DESCR``.

    Parameters
    ----------
    return_X_y : bool, default=False
        Return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : Bunch, or tuple of (DataFrame, Series) if `return_X_y`
        A Bunch holds ``data`` (frame of shape (126, 28), columns named
        ``modality__feature``), ``target``, ``modalities``, ``groups``, ``time``,
        ``task``, ``metric``, ``splitter``, ``feature_names``, ``target_names``
        and ``DESCR``.

    Examples
    --------
    >>> from mmensemble.datasets import load_ischemic_stroke
    >>> load_ischemic_stroke().data.shape
    (126, 28)
    """
    return load_set("ischemic_stroke", return_X_y)


def load_leaf_flavia(*, return_X_y=False):
    """Load leaf images of 32 species (classification).

    Modalities: 21 features of shape, 18 of the contour, 5 of the texture, 6 of
    the color. 1,907 leaves.
    Source, licence and traps are in the description, ``DESCR``.

    Parameters
    ----------
    return_X_y : bool, default=False
        Return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : Bunch, or tuple of (DataFrame, Series) if `return_X_y`
        A Bunch holds ``data`` (frame of shape (1907, 50), columns named
        ``modality__feature``), ``target``, ``modalities``, ``groups``, ``time``,
        ``task``, ``metric``, ``splitter``, ``feature_names``, ``target_names``
        and ``DESCR``.

    Examples
    --------
    >>> from mmensemble.datasets import load_leaf_flavia
    >>> load_leaf_flavia().data.shape
    (1907, 50)
    """
    return load_set("leaf_flavia", return_X_y)


def load_mfeat(*, return_X_y=False):
    """Load handwritten digits (classification).

    Modalities: six descriptions of the same images, 649 features. 1,000 images,
    every second one of the source, 100 of each digit.
    Source, licence and traps are in the description, ``DESCR``.

    Parameters
    ----------
    return_X_y : bool, default=False
        Return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : Bunch, or tuple of (DataFrame, Series) if `return_X_y`
        A Bunch holds ``data`` (frame of shape (1000, 649), columns named
        ``modality__feature``), ``target``, ``modalities``, ``groups``, ``time``,
        ``task``, ``metric``, ``splitter``, ``feature_names``, ``target_names``
        and ``DESCR``.

    Examples
    --------
    >>> from mmensemble.datasets import load_mfeat
    >>> load_mfeat().data.shape
    (1000, 649)
    """
    return load_set("mfeat", return_X_y)


def load_nutrimouse(*, return_X_y=False):
    """Load diet of mice (classification).

    Modalities: 120 gene expressions and 21 lipids. 40 mice, five diets. Plain
    fusion loses to the lipids alone.
    Source, licence and traps are in the description, ``DESCR``.

    Parameters
    ----------
    return_X_y : bool, default=False
        Return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : Bunch, or tuple of (DataFrame, Series) if `return_X_y`
        A Bunch holds ``data`` (frame of shape (40, 141), columns named
        ``modality__feature``), ``target``, ``modalities``, ``groups``, ``time``,
        ``task``, ``metric``, ``splitter``, ``feature_names``, ``target_names``
        and ``DESCR``.

    Examples
    --------
    >>> from mmensemble.datasets import load_nutrimouse
    >>> load_nutrimouse().data.shape
    (40, 141)
    """
    return load_set("nutrimouse", return_X_y)


def load_nycflights(*, return_X_y=False):
    """Load late flights from New York (classification).

    Modalities: 7 columns of the schedule, 9 of the weather, 6 of the plane, which
    is absent from about 15 % of the rows. All 5,643 flights of John F. Kennedy
    airport on 19 days of 2013, classes "no" and "yes", groups are the days.
    Source, licence and traps are in the description, ``DESCR``.

    Parameters
    ----------
    return_X_y : bool, default=False
        Return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : Bunch, or tuple of (DataFrame, Series) if `return_X_y`
        A Bunch holds ``data`` (frame of shape (5643, 22), columns named
        ``modality__feature``), ``target``, ``modalities``, ``groups``, ``time``,
        ``task``, ``metric``, ``splitter``, ``feature_names``, ``target_names``
        and ``DESCR``.

    Examples
    --------
    >>> from mmensemble.datasets import load_nycflights
    >>> load_nycflights().data.shape
    (5643, 22)
    """
    return load_set("nycflights", return_X_y)


def load_watch(*, return_X_y=False):
    """Load shoulder exercises by smartwatch (classification).

    Modalities: 29 accelerometer and 29 gyroscope features. 1,149 windows of ten
    people, who are the groups; seven exercises.
    Source, licence and traps are in the description, ``DESCR``.

    Parameters
    ----------
    return_X_y : bool, default=False
        Return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : Bunch, or tuple of (DataFrame, Series) if `return_X_y`
        A Bunch holds ``data`` (frame of shape (1149, 58), columns named
        ``modality__feature``), ``target``, ``modalities``, ``groups``, ``time``,
        ``task``, ``metric``, ``splitter``, ``feature_names``, ``target_names``
        and ``DESCR``.

    Examples
    --------
    >>> from mmensemble.datasets import load_watch
    >>> load_watch().data.shape
    (1149, 58)
    """
    return load_set("watch", return_X_y)


def load_womens_clothing(*, return_X_y=False):
    """Load recommendations of clothes (classification).

    Modalities: the text of the review, its title (absent from about 14 % of the
    rows) and 5 columns of facts. 3,256 reviews of 176 products, which are the
    groups; classes "no" and "yes".
    Source, licence and traps are in the description, ``DESCR``.

    Parameters
    ----------
    return_X_y : bool, default=False
        Return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : Bunch, or tuple of (DataFrame, Series) if `return_X_y`
        A Bunch holds ``data`` (frame of shape (3256, 7), columns named
        ``modality__feature``), ``target``, ``modalities``, ``groups``, ``time``,
        ``task``, ``metric``, ``splitter``, ``feature_names``, ``target_names``
        and ``DESCR``.

    Examples
    --------
    >>> from mmensemble.datasets import load_womens_clothing
    >>> load_womens_clothing().data.shape
    (3256, 7)
    """
    return load_set("womens_clothing", return_X_y)
