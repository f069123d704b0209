"""Changed copies of a compiled brain: lesions, scaled and shuffled weights, pruning."""
