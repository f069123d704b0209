"""Pictures of the arena and of brains: a frame, a window, a video, a print of paths.

Everything here reads snapshots and changes nothing. The modules, from the data outwards:

==================  ========================================================================================
``snapshot``        `Snapshot`, what one frame needs of the world; imports no pygame, as the next two
``brain_snapshot``  `BrainSnapshot`, what it needs of a brain; an agent's panel is a callable that gives one
``look``            `Look`, what the watcher chooses: panel, theme, camera
``frame``           `Frame`, everything on one canvas; ``ground``, ``trail``, ``worm``, ``hud``,
                    ``brain_panel``, ``raster`` and ``curves`` paint its parts
``renderer``        `Renderer`, a frame as an array or in a window; ``controls`` are its keys
``video``           `open_video`, frames into an MP4 or, without ffmpeg, an animated GIF
``picture``         `path_picture`, the head paths of several agents in one arena as a PNG
==================  ========================================================================================
"""
