"""Lists of pilots from documents."""
