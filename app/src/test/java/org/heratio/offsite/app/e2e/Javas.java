package org.heratio.offsite.app.e2e;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The JVMs that the product is tried with. */
public final class Javas {
    private Javas() {}

    /** Returns the home directories that {@code -Doffsite.javas=/jdk-17:/jdk-21} names, or that of this JVM. */
    public static List<Path> homes() {
        String javas = System.getProperty("offsite.javas", System.getProperty("java.home"));
        return Arrays.stream(javas.split(File.pathSeparator)).map(Path::of).toList();
    }
}
