"""Pure rules of the tasks app."""
