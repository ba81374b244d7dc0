"""What developers call by hand, and what tests need to start: never part of the site."""
