"""The panels of lesson 03."""
