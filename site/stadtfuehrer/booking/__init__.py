"""Booking: what is free, who has booked it, and the pages and letters around it."""
