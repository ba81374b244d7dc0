"""Speed, weight and statements of the site: `make bench`."""
