"""The API door of tasks: posting and following work, finding and claiming it."""
