"""Pictures of the dish: a frame, a video, a print of paths.

Everything here reads a `Snapshot` and changes nothing. The modules, from the data outwards:

==================  ========================================================================================
``snapshot``        `Snapshot`, what one frame needs; imports no pygame
``renderer``        `Renderer`, one frame as an array or in a window
``video``           `open_video`, frames into an MP4 or, without ffmpeg, an animated GIF
``picture``         `path_picture`, the head paths of several agents in one dish as a PNG
==================  ========================================================================================
"""
