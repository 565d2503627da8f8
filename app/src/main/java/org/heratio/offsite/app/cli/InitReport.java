package org.heratio.offsite.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;

/** The words of {@code offsite init}: what was found, where the passphrase is, and what comes next. */
final class InitReport {
    /** The user of the package's service, and the name of its unit. */
    private static final String USER = "heratio-offsite";

    private InitReport() {}

    static void finding(Finding finding) {
        GlobalOptions.out().printf("%-4s  %s%n", finding.level().word(), Printable.of(finding.text()));
        if (finding.hint() != null) {
            GlobalOptions.out().println("      HINT: " + Printable.of(finding.hint()));
        }
    }

    /** Shows a passphrase that was just generated. */
    static void passphrase(String generated, Path file) {
        GlobalOptions.out().println("passphrase        " + generated);
        GlobalOptions.out()
                .println("                  It is in " + Printable.of(file.toString())
                        + ", and shown only now. Without it, no copy can be opened:");
        GlobalOptions.out().println("                  keep it in a second place, away from this host.");
    }

    /**
     * Says what to do with the file.
     *
     * @param packaged the file that the units of the package read
     * @param copies the directory of a destination on this host, or null
     */
    static void next(Path file, Path packaged, @Nullable Path copies) throws IOException {
        String env = " --env-file " + Printable.of(file.toString());
        boolean ofPackage = file.equals(packaged);
        String as = ofPackage ? "sudo -u heratio-offsite " : "";
        GlobalOptions.out().println("written           " + Printable.of(file.toString()));
        if (ofPackage && !Files.getPosixFilePermissions(file).contains(PosixFilePermission.GROUP_READ)) {
            GlobalOptions.out()
                    .println("                  the service has to read it, and the files with secrets beside it:");
            GlobalOptions.out()
                    .println("                  sudo chgrp heratio-offsite " + file + " && sudo chmod 640 " + file);
        }
        if (ofPackage && copies != null) {
            forService(copies);
        }
        GlobalOptions.out().println("next              " + as + "offsite doctor" + env);
        GlobalOptions.out().println("                  " + as + "offsite replicate" + env);
        GlobalOptions.out()
                .println("                  "
                        + (ofPackage ? "sudo systemctl enable --now heratio-offsite" : "offsite serve" + env));
    }

    /** Says how the service, another user behind a read-only file system, gets to write its copies. */
    private static void forService(Path copies) {
        String path = Printable.of(copies.toString());
        if (!writable(copies)) {
            GlobalOptions.out().println("                  the service has to write its copies:");
            GlobalOptions.out().println("                  sudo chown " + USER + " '" + path + "'");
        }
        GlobalOptions.out()
                .println("                  its unit writes nowhere else unless told: sudo systemctl edit " + USER
                        + ", with these lines:");
        GlobalOptions.out().println("                  [Service]");
        GlobalOptions.out().println("                  ReadWritePaths=" + path);
    }

    /** Returns whether the service's user can write, by owner, group and others; no if that cannot be told. */
    private static boolean writable(Path directory) {
        try {
            PosixFileAttributes rights = Files.readAttributes(directory, PosixFileAttributes.class);
            Set<PosixFilePermission> granted = rights.permissions();
            return rights.owner().getName().equals(USER)
                    ? granted.contains(PosixFilePermission.OWNER_WRITE)
                    : rights.group().getName().equals(USER)
                            ? granted.contains(PosixFilePermission.GROUP_WRITE)
                            : granted.contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException e) {
            return false;
        }
    }
}
