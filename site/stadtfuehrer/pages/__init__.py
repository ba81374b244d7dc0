"""The pages that are the same for everyone, and what machines ask a site for."""
