"""A project: articles in one file, and the answers to "which places?" and "which articles?"."""

from geomap.project.project import Added, Project, articles_of, places_of
from geomap.store import is_project

__all__ = ["Added", "Project", "articles_of", "is_project", "places_of"]
