"""What is said of a view: grammar, words and their tokens, captions that are almost true."""
