package org.heratio.offsite.watcher;

import com.sun.jna.Library;

/** The four calls of the C library that a lease takes. */
interface LibC extends Library {
    int open(byte[] path, int flags, Object... mode);

    int fcntl(int fd, int command, Object... argument);

    int fstatfs(int fd, byte[] statfs);

    int close(int fd);
}
