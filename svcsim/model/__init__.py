"""Scenario to arrays and flow program."""
