#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line
from environs import EnvError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpb.settings")

if __name__ == "__main__":
    try:
        execute_from_command_line(sys.argv)
    except EnvError as error:  # a setting that cannot be read: the operator needs the sentence, not our stack
        sys.exit(str(error))
