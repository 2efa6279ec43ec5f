"""Open Contracting Data Standard, in and out.

A file goes through these modules in this order; everything up to `mapping` knows no database:

    reading   bytes → releases, one at a time
    spool     releases of many files → grouped by process, on disk
    merging   releases of one process → one release
    mapping   release ↔ our words, with every problem in a sentence
    importer  our words → rows, one transaction a process
    exporter  rows → a release package
"""
