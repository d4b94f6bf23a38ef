"""The API door of training: courses and how far one is with them. Learning itself happens on the pages."""
