"""The Büro: everything a consultant does with the site, in a browser."""
