"""What models know: the meaning of a text as a vector, and which of two topics is needed before the other."""
