"""What happens, stated once: draws, tables, calendars, rules, compiled for both engines."""
