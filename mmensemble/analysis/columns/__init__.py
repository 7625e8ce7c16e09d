"""Features with names, and the pairs of them."""
