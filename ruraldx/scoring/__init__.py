"""Scoring: pure, exact, explained. The same answers and version give the same bytes, always."""
