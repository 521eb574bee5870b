"""One column, one meaning. Columns that two or more reports share stand here; others in their report's file."""
