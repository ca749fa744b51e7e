"""The business core of the runner hotline: plain Python over a database session."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # our matrices are small: threads only get in each other's way
