"""The plain loop that everything is measured by: reads every Python file of a directory, looks for one text."""

import os
import sys

count = 0
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        if name.endswith(".py"):
            with open(os.path.join(folder, name), "rb") as file:  # noqa: PTH118, PTH123 - as cheap as it gets
                count += b"mktows" in file.read()
print(count)
