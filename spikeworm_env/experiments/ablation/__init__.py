"""What parts of a brain are for: assays of the whole brain and of brains with a lesion."""
