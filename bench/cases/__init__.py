"""One file for each case: ``TITLE`` and ``run(stage)``, which yields rows."""
