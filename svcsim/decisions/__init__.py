"""Decisions: questions that are answered by many runs with the same luck."""
