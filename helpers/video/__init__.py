"""Lesson 04: video as a content that stays and a motion that an LSTM remembers."""
