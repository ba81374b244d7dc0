"""Joins the parts: settings, content, database, letters and the web into something that runs."""
