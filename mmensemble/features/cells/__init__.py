"""Extractors of columns whose cells hold texts, pictures, sound or series."""
