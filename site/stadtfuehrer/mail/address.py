"""Whose mailbox an address is, as far as its provider's rules are known.

One mailbox has many spellings: capitals, a tag behind a plus sign, at Google dots as well. Who
counts letters by the spelling counts nothing. Addresses below a domain of one's own are as many
as its owner likes, so there the domain is counted, too.
"""

_TWINS = {
    "googlemail.com": "gmail.com",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
    "pm.me": "proton.me",
    "protonmail.com": "proton.me",
    "protonmail.ch": "proton.me",
}
"""Domains of one provider that lead to one mailbox."""

_UNSEEN = {"gmail.com": ".", "proton.me": "._-"}
"""Characters before the @ that the provider overlooks."""

_PUBLIC = frozenset(
    {
        *("gmail.com", "icloud.com", "proton.me", "outlook.com", "outlook.de", "hotmail.com"),
        *("hotmail.de", "live.com", "live.de", "msn.com", "yahoo.com", "yahoo.de", "ymail.com"),
        *("gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "web.de", "t-online.de"),
        *("freenet.de", "arcor.de", "vodafone.de", "mail.de", "email.de", "posteo.de"),
        *("posteo.net", "mailbox.org", "fastmail.com", "fastmail.fm", "aol.com", "aol.de"),
        *("online.de", "onlinehome.de", "kabelmail.de", "unity-mail.de", "tutanota.com"),
        *("tutanota.de", "tuta.com", "tuta.io", "bluewin.ch", "hispeed.ch", "sunrise.ch"),
        *("a1.net", "aon.at", "chello.at", "hotmail.ch", "hotmail.at", "yahoo.co.uk"),
        *("hotmail.co.uk", "mail.com", "hey.com", "zoho.com", "hush.com", "mail.ru", "yandex.com"),
    }
)
"""Domains at which strangers have mailboxes side by side; counting them would punish neighbours."""


def mailbox_of(address: str) -> str:
    """One spelling for all addresses that are known to lead to the same mailbox.

    A tag is cut off everywhere: nearly every server that does not know tags knows no plus sign in
    a mailbox's name either. No address has none.
    """
    if not address:
        return ""
    local, _, domain = address.casefold().rpartition("@")
    domain = _TWINS.get(domain, domain)
    local = local.partition("+")[0] or local
    return f"{''.join(one for one in local if one not in _UNSEEN.get(domain, ''))}@{domain}"


def find_own_domain(address: str) -> str | None:
    """The domain, where one owner has all of its mailboxes; None at a public provider."""
    domain = mailbox_of(address).rpartition("@")[2]
    return None if domain in _PUBLIC else domain
