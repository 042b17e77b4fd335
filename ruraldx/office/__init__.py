"""Adapters to office files. No word of the domain: cells, sheets, and what may not come in."""
