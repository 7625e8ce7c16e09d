"""Which modalities say the same, which complement each other, and what to drop.

The numerical core is in place (`_correlate.correlate`, `_streaming`); the public names
of this room follow with the analyses that are built on it.
"""

__all__ = []
