"""How Python becomes machine code; the elementary functions that it calls; exact random draws."""
