"""The API of quality: a customer's rating, and a client's ratings."""
