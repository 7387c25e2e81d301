"""A project: articles in one file, and the answers to "which places?" and "which articles?"."""

from geomap.project.naming import described
from geomap.project.project import Added, Project, articles_of, places_of

__all__ = ["Added", "Project", "articles_of", "described", "places_of"]
