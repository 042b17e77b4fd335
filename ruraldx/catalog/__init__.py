"""Criteria sets: legal texts made data. Typed schema, loader with line numbers, form fields of each indicator."""
