"""The report of a comparison as one HTML page that needs no network.

=============  ============================================================================================
``rows``       `Row`, what the parts draw: a row of the table with its trials, its hue and its dashes
``verdict``    sentences that the figures allow
``table``      the table
``strip``      every trial as a point
``ways``       the ways over the field; ``tracks`` lays the arenas on each other
``distance``   distance over time
``mechanism``  weathervane curves and turns by the change of the smell
``replays``    trials packed for the script: ``worm.js``, ``paint.js``, ``replay.js``
``setting``    command, seeds, versions, hashes
``colours``    those of the package's pictures
``document``   `report_html`, all of it in ``page.html`` and ``page.css``
=============  ============================================================================================
"""
