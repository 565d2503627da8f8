package org.heratio.offsite.files;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A path that another user can give, or has given, another meaning. The reason says how. */
public final class UnsafePathException extends FileSystemException {
    private static final long serialVersionUID = 1;

    UnsafePathException(Path path, String reason) {
        super(path.toString(), null, reason);
    }
}
