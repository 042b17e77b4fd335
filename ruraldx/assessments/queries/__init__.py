"""Reads on rounds and assessments. Every list takes the principal: scope is an SQL predicate, not a filter after."""
