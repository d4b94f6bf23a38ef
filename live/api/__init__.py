"""The API of the live floor: a client's conversations, and the widget's session."""
