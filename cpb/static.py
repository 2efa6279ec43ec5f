from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed names once `collectstatic` has run (the image does); before that plain names, served from where the files lie."""

    def stored_name(self, name: str) -> str:
        return super().stored_name(name) if self.hashed_files else name
