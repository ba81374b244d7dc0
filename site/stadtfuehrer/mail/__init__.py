"""Mail: messages, the outbox, delivery by SMTP or into a folder, and the postfach."""
