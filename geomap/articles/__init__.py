"""Articles from files, folders and standard input.

`read_articles` reads them; `title_in_text` tells whether a title has to be searched by itself.
"""

from geomap.articles.forms import MAX_ARTICLE_BYTES
from geomap.articles.headlines import title_in_text
from geomap.articles.sources import read_articles

__all__ = ["MAX_ARTICLE_BYTES", "read_articles", "title_in_text"]
