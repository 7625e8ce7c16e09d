"""Print the oldest versions that setup.cfg promises, as pip wants them."""

import configparser
import re
from pathlib import Path

setup = configparser.ConfigParser()
setup.read(Path(__file__).parents[1] / "setup.cfg", encoding="utf-8")
for line in setup["options"]["install_requires"].split():
    print(re.sub(r">=(\d+\.\d+)$", r"==\1.*", line).replace(">=", "=="))
