"""The quiz: one question a page, everything in the address, nothing stored about anybody."""
