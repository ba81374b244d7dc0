"""The web server: waitress with deadlines and a stricter parser, and the processes it runs in."""
