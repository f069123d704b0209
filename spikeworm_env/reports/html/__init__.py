"""The report of a comparison as one HTML page that needs no network.

=============  ============================================================================================
``rows``       `Row`: a row of the table with its trials, its hue and its dashes
``verdict``    one sentence for each agent, from the figures alone
``table``      the table
``dot_plot``   every trial as a point
``paths``      the paths over the field; ``samples`` aligns the arenas
``distance``   distance over time
``mechanism``  weathervane curves and turns by the change of concentration
``replays``    trials as data of the script: ``worm.js``, ``paint.js``, ``replay.js``
``setting``    command, seeds, versions, hashes
``colours``    those of the package's pictures
``document``   `report_html`, all of it; ``templates`` has the HTML and SVG, ``page.css`` the style
=============  ============================================================================================
"""
