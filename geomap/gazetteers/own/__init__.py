"""A user's own places: files of many forms in, a layer for the stack of gazetteers out.

`vectors` and `records` read a file, `columns` finds what its columns hold, `drafts` checks row by row,
`parents` says what each place lies in, `adding` builds the layer. What is wrong with a row is told with its
number, and the others go on; what is wrong with the file stops it and leaves the old layer as it was.
"""
