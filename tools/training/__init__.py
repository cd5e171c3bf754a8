"""Training of what ships in data/checkpoints: one script each, with its seed; its log lies beside it."""
