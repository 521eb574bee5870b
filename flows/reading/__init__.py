"""Reading: from the bytes of a file to rows of text, by library readers, with every decision written down."""
