"""Other programs that are told of bookings: signed calls to the addresses of the settings."""
