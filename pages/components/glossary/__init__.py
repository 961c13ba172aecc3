"""What the page Glossary is made of: the index with its search, the card of a term, the map, the flash cards."""
