"""One trial and all that is measured in it."""
