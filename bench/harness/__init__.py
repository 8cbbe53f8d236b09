"""What run.py is made of. Nothing but Python's standard library (3.9 or newer)."""
