"""Stadtführer: the microsite of a marketing consultant, from the first look to a booked date."""
