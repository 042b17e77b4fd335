"""The public API, version 1: published facts only."""
