"""The rooms that every panel shares: step by step, drawing, keyboard, errors. README.md has the recipe."""
