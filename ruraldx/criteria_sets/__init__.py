"""Criteria sets in the database: drafts, published versions, amendments, retirements; their pages and authoring."""
