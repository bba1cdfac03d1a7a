"""What pages, exports and feeds show of a practice to one reader: the rows turned into words."""
