"""Tables, pictures and pages made from results. Nothing below imports this room."""
