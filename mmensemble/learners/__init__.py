"""The learners that the toolkit brings: tasks, scores and portfolios with them."""
