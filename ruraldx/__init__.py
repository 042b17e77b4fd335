"""ruraldx: a province's platform for its smart new-style rural commune programme."""

__version__ = "0.1.0"
