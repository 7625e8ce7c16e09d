"""Fusions of predictions: one file, or one folder, a strategy."""
