"""Fusions of features: one file, or one folder, a strategy."""
