"""The models that there are, one declaration a file; `every` finds a new one."""
