"""Receiving files: no more of one is kept than may be uploaded."""

from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from submissions.files.kinds import MAX_BYTES


class BoundedUploadHandler(FileUploadHandler):
    """Keeps a file while it is small enough. Of a larger one nothing stays in memory or on the disk but its size, for
    the form to tell; the rest of the form is read all the same, so that the texts in it are saved."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self._kept: BytesIO | None = BytesIO()

    def receive_data_chunk(self, raw_data, start):
        if self._kept is None:
            return
        if start + len(raw_data) > MAX_BYTES:
            self._kept = None
        else:
            self._kept.write(raw_data)

    def file_complete(self, file_size):
        if self._kept is None:
            return UploadedFile(BytesIO(), self.file_name, self.content_type, file_size, self.charset)
        self._kept.seek(0)
        return InMemoryUploadedFile(
            self._kept, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )
