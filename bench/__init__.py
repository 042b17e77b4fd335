"""Measurements: ``python -m bench``. Only ratios taken in one interleaved run count; times are for orientation."""
