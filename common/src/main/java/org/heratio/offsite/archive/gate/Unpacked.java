package org.heratio.offsite.archive.gate;

import java.io.IOException;

/** Takes what an archive unpacks to, in order. */
@FunctionalInterface
public interface Unpacked {
    /** Takes the next bytes. The array is used again afterwards. */
    void take(byte[] bytes, int offset, int length) throws IOException;
}
