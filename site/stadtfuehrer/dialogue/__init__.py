"""What people ask and say here, the answers, what is shown of both, and what came of it."""
