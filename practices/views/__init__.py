"""The pages of the catalogue. Each starts from what its reader may see."""
