"""The database. Only this folder and the migrations import sqlalchemy."""
