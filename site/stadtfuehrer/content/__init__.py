"""Shipped texts as TOML and Markdown, and what loads them."""
