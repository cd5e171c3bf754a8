"""What the course's notebooks import: engines, drawings and panels, one folder a topic."""

from importlib.util import find_spec

if find_spec("torch"):    # where it is missing, helpers.selfcheck says so
    from helpers.compat import mend_torchvision

    mend_torchvision()  # before anything imports torchvision
