"""What models know: a text's meaning as a vector, which of two topics comes first, what a photograph shows."""
