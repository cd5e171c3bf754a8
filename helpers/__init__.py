"""What the course's notebooks import: engines, drawings and panels, one folder a topic."""

from helpers.compat import mend_torchvision

mend_torchvision()  # before anything imports torchvision
