"""Relations of modalities, and what each is good for."""
