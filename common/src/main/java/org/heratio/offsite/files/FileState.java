package org.heratio.offsite.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;

/**
 * The state of a file.
 *
 * @param key the same for the same file only
 * @param changed when its bytes, name, links or rights changed last; no program can set this back
 * @param links the number of its names; 0 after the last one was removed
 * @param owner the number of the user that it belongs to
 */
public record FileState(
        Object key, boolean regular, long size, FileTime modified, FileTime changed, int links, long owner) {
    static FileState of(Path path, LinkOption... options) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(path, "unix:fileKey,isRegularFile,size,lastModifiedTime,ctime,nlink,uid", options);
        return new FileState(
                value(found, "fileKey"),
                (Boolean) value(found, "isRegularFile"),
                (Long) value(found, "size"),
                (FileTime) value(found, "lastModifiedTime"),
                (FileTime) value(found, "ctime"),
                (Integer) value(found, "nlink"),
                Integer.toUnsignedLong((Integer) value(found, "uid")));
    }

    private static Object value(Map<String, Object> found, String name) {
        return Objects.requireNonNull(found.get(name), name);
    }
}
