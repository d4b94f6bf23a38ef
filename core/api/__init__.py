"""The API's door: refusals as problem+json (RFC 9457), cursor pages, what a body may be, how fast one may ask."""
