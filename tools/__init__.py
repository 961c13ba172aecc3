"""What developers run on the project itself: catalogues, pictures."""
