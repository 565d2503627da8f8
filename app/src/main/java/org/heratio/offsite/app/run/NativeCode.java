package org.heratio.offsite.app.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.files.Ownership;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The place that JNA unpacks itself into. Through it the kernel is asked what Java cannot ask. */
public final class NativeCode {
    private static final Logger LOG = LoggerFactory.getLogger(NativeCode.class);
    private static final String DIRECTORY = "jna.tmpdir";

    private NativeCode() {}

    /** Chooses the state directory, unless another one is set: the user of a service has often no home. */
    public static void unpackBelow(Path state) {
        if (System.getProperty(DIRECTORY) != null) {
            return;
        }
        try {
            Path directory = Files.createDirectories(state.resolve("native"));
            // this user would run native code that another one can replace
            System.setProperty(DIRECTORY, Ownership.requireOnlyOurs(directory).toString());
        } catch (IOException e) {
            LOG.debug("native code is unpacked where it usually is: {}", e.toString());
        }
    }
}
