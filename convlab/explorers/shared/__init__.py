"""What all explorers share: their widget, their traits, words, and the parts of their scripts."""
