"""What is proven by force: kills, cuts, hostile files and crowds at full counts, each with a figure that is printed."""
