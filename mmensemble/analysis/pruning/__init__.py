"""What other modalities or columns can stand in for, left out."""
