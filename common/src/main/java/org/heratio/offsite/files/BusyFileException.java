package org.heratio.offsite.files;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A file that cannot be opened at once, since another program has a write lease on it: that one is asked to give it back, and gets time. */
public final class BusyFileException extends FileSystemException {
    private static final long serialVersionUID = 1;

    BusyFileException(Path file) {
        super(file.toString(), null, "another program holds a lease on it");
    }
}
