"""Tables of plain text."""

from collections.abc import Sequence


def print_table(title: str, note: str, head: Sequence[str], rows: Sequence[Sequence[object]], left: int = 1) -> None:
    """Prints rows under a head; the first `left` columns begin at the left, the others end at the right."""
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    print(f"\n{title}\n{note}\n")
    for line in lines:
        cells = [
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths))
        ]
        print("  ".join(cells).rstrip())
