"""What a server of the app answers besides its pages: Starlette routes and middleware, without Streamlit."""
