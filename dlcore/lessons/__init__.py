"""What the lessons compute: real torch and scikit-learn, one file a lesson, no page in sight."""
