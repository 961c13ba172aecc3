"""What a teacher sees of a class: who is where, small curves, lessons done, questions answered wrong."""
