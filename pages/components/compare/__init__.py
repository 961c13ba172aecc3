"""What the page Compare shows beside the curves."""
