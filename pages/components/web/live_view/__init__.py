"""The live view: runs as they train, through one stream of events, beside Streamlit's script runs."""
