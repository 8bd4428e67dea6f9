"""Unpacks a zip archive with its permissions and links: ARCHIVE FOLDER."""

import os
import stat
import sys
import zipfile

archive, folder = sys.argv[1:]
with zipfile.ZipFile(archive) as opened:
    for entry in opened.infolist():
        mode = entry.external_attr >> 16
        path = opened.extract(entry, folder)
        if stat.S_ISLNK(mode):
            os.remove(path)
            os.symlink(opened.read(entry), path)
        elif mode:
            os.chmod(path, stat.S_IMODE(mode))
