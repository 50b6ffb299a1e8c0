"""What staff is told: the list on the screen, how each person wants to hear of it, and the text that says it waits."""
