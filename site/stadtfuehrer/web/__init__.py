"""The site: reads a request, asks one service, shows the answer. The clock is read here only."""
