"""The physics of a worm in an arena: body, muscles, arena and senses.

Lengths are in body lengths (BL), times in seconds, one tick is 1 ms. Forces are in units of the tangential
drag of agar: a body pulled straight along itself at 1 BL/s meets a force of 1. This folder
imports no agents, environments or brains; random draws (where a worm starts) are the caller's.

The head tip is at ``head``; link 0 points from there tailward at angle ``phi0`` (so the worm faces
``-(cos phi0, sin phi0)``); joint angle ``theta[j] = phi[j + 1] - phi[j]``, joint 0 nearest the head, positive
where the dorsal side is concave, which turns the worm to its right. Sides: 0 dorsal, 1 ventral.
"""
