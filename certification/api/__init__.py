"""The API door of certification: public verification, and the exam player's autosave."""
