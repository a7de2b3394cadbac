"""The functions behind the pages, by what they ask about."""
