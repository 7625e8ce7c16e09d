"""Kernel fusion, and its parts."""
