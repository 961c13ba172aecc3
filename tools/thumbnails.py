"""`python -m tools.thumbnails [NAME …]`: draws the pictures of data sets and starting points of their own data.

A picture whose data must be fetched first stays as it is; one whose data set or starting point is gone is removed.
"""

from __future__ import annotations

import sys
from collections.abc import Collection

from dlcore.figures.thumbnails import files


def redraw(names: Collection[str]) -> list[str]:
    """Write the pictures of these names, or of all. -> what was done, a line each picture that is not as before."""
    done = []
    for kind, name in files.wanted():
        if names and name not in names:
            continue
        svg, path = files.drawn(kind, name), files.path_of(kind, name)
        if svg is None:
            done += (
                [] if path.is_file() else [f"{kind} {name}: its data are not here; a picture of their kind stands in"]
            )
        elif not path.is_file() or path.read_text("utf-8") != svg:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(svg, "utf-8")
            done.append(f"{kind} {name}: {len(svg):,} bytes")
    return done


def remove_strays() -> list[str]:
    """Remove the pictures of what is gone. -> a line each."""
    kept = {files.path_of(kind, name) for kind, name in files.wanted()}
    strays = [path for path in sorted(files.FOLDER.glob("*/*.svg")) if path not in kept]
    for path in strays:
        path.unlink()
    return [f"{path.parent.name} {path.stem}: gone" for path in strays]


def main(names: Collection[str]) -> None:
    """Draw, tidy up, and say what changed."""
    for each in [*redraw(names), *remove_strays()]:
        print(each)


if __name__ == "__main__":
    main(sys.argv[1:])
