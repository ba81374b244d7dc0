"""Forms of the office."""

from wtforms import HiddenField

from stadtfuehrer.web.fields import address_field, strip
from stadtfuehrer.web.forms import PublicForm

SEND, CHANGE = "senden", "aendern"
"""What the buttons below a letter say; any other shows the letter."""


class OfficeForm(PublicForm):
    """A form for whoever is signed in.

    Its CSRF token is looked at before any view is asked (``blueprint.let_in``), and shown by
    ``{{ parts.unseen() }}``; nothing is counted.
    """

    def accept(self) -> bool:
        """Validate it."""
        try:
            return bool(self.validate())
        finally:
            self._drop_invisible()


class AddressForm(PublicForm):
    """Asks for a link to sign in by; anybody may, so it is counted."""

    email = address_field(missing="Ohne deine Adresse geht es nicht.")
    weiter = HiddenField(filters=[strip])
