"""Frames, windows, videos and pictures of the arena and of brains.

Rendering reads snapshots and changes no state. The modules, from the data outwards:

==================  ========================================================================================
``snapshot``        `Snapshot`, the state of the world for one frame; imports no pygame, as the next two
``brain_snapshot``  `BrainSnapshot`, the state of a brain; an agent's panel is a callable that returns one
``options``         `RenderOptions`: panel, theme, camera
``frame``           `Frame`, all parts on one canvas; ``ground``, ``trail``, ``worm``, ``hud``,
                    ``brain_panel``, ``raster`` and ``curves`` draw the parts
``renderer``        `Renderer`, a frame as an array or in a window; ``controls`` are its keys
``video``           `open_video`, frames into an MP4 or, without ffmpeg, an animated GIF
``picture``         `path_picture`, the head paths of several agents in one arena as a PNG
==================  ========================================================================================
"""
