"""Arrays only: what neither knows modalities nor estimators."""

__all__ = []
