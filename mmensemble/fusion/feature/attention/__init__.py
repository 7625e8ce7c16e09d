"""Attention, and its parts."""
