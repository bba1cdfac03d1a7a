"""What stands on many pages, as HTML."""
