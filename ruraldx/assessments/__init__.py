"""Rounds and assessments: from the first answer of a commune to a recorded decision."""
