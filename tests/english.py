"""Words that betray English in a text that a learner reads; none of them is a Portuguese word too."""

LIST = """
    the and of with this that which from into your you are is was click press step back forward reset run
    round turn play loss layer layers fake speed slider generator discriminator noise sample samples
    weights weight gradient learning error loading clear undo new game train training value label next
    lesson exercise hint answer wrong right summary before after none true false nan inf
"""
WORDS = frozenset(LIST.split())
ON_PANELS = WORDS | {"data", "pause"}    # Portuguese too, as a date and an order; no panel uses them so
