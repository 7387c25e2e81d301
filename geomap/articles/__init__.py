"""Articles from files, folders, archives, addresses and standard input, in the forms of `forms.py`.

`read_articles` reads them; `title_in_text` tells whether a title has to be searched by itself.
"""

from geomap.articles.building import article_of
from geomap.articles.headlines import title_in_text
from geomap.articles.sources import read_articles
from geomap.reading.streams import MAX_ARTICLE_BYTES

__all__ = ["MAX_ARTICLE_BYTES", "article_of", "read_articles", "title_in_text"]
