package org.heratio.offsite.files;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.nio.charset.StandardCharsets;

/** The C library on a file system where every file has a name, as on a network mount. */
record WithoutUnnamedFiles(LibC libc) implements LibC {
    private static final int O_TMPFILE_ALONE = 0x400000;

    static Kernel kernel() {
        return new Kernel(new WithoutUnnamedFiles(Native.load("c", LibC.class)), StandardCharsets.UTF_8);
    }

    @Override
    public int open(byte[] path, int flags, Object... mode) {
        return (flags & O_TMPFILE_ALONE) == 0 ? libc.open(path, flags, mode) : -1;
    }

    @Override
    public NativeLong readlinkat(int directory, byte[] path, byte[] target, NativeLong size) {
        return libc.readlinkat(directory, path, target, size);
    }

    @Override
    public int linkat(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags) {
        return libc.linkat(fromDirectory, from, toDirectory, to, flags);
    }

    @Override
    public int close(int fd) {
        return libc.close(fd);
    }

    @Override
    public String strerror(int error) {
        return libc.strerror(error);
    }
}
