"""Fusions of features and of decisions."""
