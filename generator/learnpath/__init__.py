"""A knowledge base from a YAML concept graph: checked, planned over, rendered into a site."""

__version__ = "0.1.0"
