"""How members differ in their errors."""
