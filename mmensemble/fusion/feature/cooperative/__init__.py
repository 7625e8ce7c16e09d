"""Cooperative learning, and its parts."""
