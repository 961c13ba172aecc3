"""Small pictures of lessons, drawn of their own boards, that move while a pointer rests on them.

    python -m tools.thumbnails      draws one of each lesson

`files` are those that ship, `draw` draws one, `stages` and `plane` say how a board looks at this size.
"""
