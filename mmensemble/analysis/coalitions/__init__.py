"""Sets of modalities: their losses, Shapley values and the order to acquire them."""
