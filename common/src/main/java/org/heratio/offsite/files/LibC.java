package org.heratio.offsite.files;

import com.sun.jna.Library;
import com.sun.jna.NativeLong;

/** The calls of the C library that Java lacks: opening without a name or without following links, and naming an open file. */
interface LibC extends Library {
    int open(byte[] path, int flags, Object... mode);

    NativeLong readlinkat(int directory, byte[] path, byte[] target, NativeLong size);

    int linkat(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags);

    int close(int fd);

    String strerror(int error);
}
