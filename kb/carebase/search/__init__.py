"""Finding: sections of pages, the readers' index (Pagefind) and the writers' index (Whoosh)."""
