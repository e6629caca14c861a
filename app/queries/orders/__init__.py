"""Orders to read: the list, the whole document, what is offered while one is typed."""
