"""What can be done here: one function for each thing; the unit of work begins and ends here."""
