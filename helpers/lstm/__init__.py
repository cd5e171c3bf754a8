"""Lesson 03: the LSTM cell, the tasks that need its gates, and what becomes of gradients over time."""
