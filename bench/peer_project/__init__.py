"""The smallest Django project in which django-appointment offers times; see bench/peer.py."""
