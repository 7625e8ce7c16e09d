"""Dynamic selection, and its parts."""
