"""Analyses: what is found out about a filmed run when somebody asks. One file an analysis; `every` finds a new one."""
