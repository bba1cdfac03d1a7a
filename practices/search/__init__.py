"""Search: the database finds ids, bitmaps count, Python ranks the best few. See docs/adr/0003."""
