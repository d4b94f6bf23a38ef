"""The API door of pay: a client's balance and spending."""
