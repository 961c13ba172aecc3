"""`python -m tools.thumbnails [NAME …]`: draws pictures of data sets, starting points and lessons of their own data.

A picture whose data must be fetched first stays as it is; one whose data set or starting point is gone is removed.
"""

from __future__ import annotations

import sys
from collections.abc import Collection

from dlcore.figures.thumbnails import files
from dlcore.lessons.course import NAMES
from dlcore.lessons.thumbnails import draw
from dlcore.lessons.thumbnails import files as lessons


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


def redraw_lessons(names: Collection[str]) -> list[str]:
    """The same of lessons, which draw their own boards."""
    done = []
    for name in [each for each in NAMES if not names or each in names]:
        svg, path = draw.drawn(name), lessons.path_of(name)
        if not path.is_file() or path.read_text("utf-8") != svg:
            path.write_text(svg, "utf-8")
            done.append(f"lesson {name}: {len(svg):,} bytes")
    return done


def remove_strays() -> list[str]:
    """Remove the pictures of what is gone. -> a line each."""
    kept = {files.path_of(kind, name) for kind, name in files.wanted()}
    strays = [path for path in sorted(files.FOLDER.glob("*/*.svg")) if path not in kept]
    strays += [path for path in sorted(lessons.FOLDER.glob("*.svg")) if path.stem not in NAMES]
    for path in strays:
        path.unlink()
    return [f"{path.parent.name} {path.stem}: gone" for path in strays]


def main(names: Collection[str]) -> None:
    """Draw, tidy up, and say what changed."""
    for each in [*redraw(names), *redraw_lessons(names), *remove_strays()]:
        print(each)


if __name__ == "__main__":
    main(sys.argv[1:])
