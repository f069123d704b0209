"""How Python becomes machine code, and the elementary functions that machine code calls."""
