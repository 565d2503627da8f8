package org.heratio.offsite.files;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A directory, pipe, socket, device or link where a file is expected. It was not opened. */
public final class NotRegularFileException extends FileSystemException {
    private static final long serialVersionUID = 1;

    NotRegularFileException(Path file) {
        super(file.toString(), null, "it is not a regular file");
    }
}
