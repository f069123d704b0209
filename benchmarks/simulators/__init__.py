"""Other simulators on the same exported networks: Brian2 and NEST, each in a process of its own."""
