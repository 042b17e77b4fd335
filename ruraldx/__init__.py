"""ruraldx: a province's platform for its smart new-style rural commune programme."""

import gc

__version__ = "0.1.0"

# Importing the application makes some hundred thousand objects that all stay. Looking for garbage among them at every
# 700 took a fifth of the start, and requests leave little that only this search would find.
gc.set_threshold(20_000, 20, 20)
