"""Every write of the tasks app."""
