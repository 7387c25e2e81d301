"""The command line: a thin skin over the public names of geomap.

Results go to standard output, or into the file that is named; everything else goes to standard error.
Exit status: 0 all went well; 1 an error, or an article was skipped; 2 wrong usage.
Libraries are imported inside the commands, so that `geomap --help` answers at once.
"""

from geomap.cli.commands import main

__all__ = ["main"]
