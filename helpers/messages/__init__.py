"""The words of the course's expected errors, by topic; `helpers/errors.py` joins them."""
