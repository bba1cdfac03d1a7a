"""Practices from files: reading and checking records, making documents of them, publishing many."""
