"""What goes back to a factory: its findings in words, marked copy, mend-me file, template and receipt."""
